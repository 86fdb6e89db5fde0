import { isItemResults, limits, type Outcome, outcomeOfResult, PermanentError } from '@drover/core';

/** What a method returned: as it is kept, and what it says of the outcome. */
export type Returned = {
  /** JSON. */
  result: string;
  outcome: Outcome;
  /** Items that it tried. */
  processed: number;
  /** What is said beside the outcome. */
  message?: string;
};

/** @throws PermanentError when it cannot be kept as a result. */
export function returnedOf(value: unknown): Returned {
  return {
    result: encodeResult(value),
    outcome: outcomeOfResult(value),
    processed: isItemResults(value) ? value.processed : 0,
  };
}

function encodeResult(returned: unknown): string {
  let result: string;
  try {
    result = JSON.stringify(returned) ?? 'null';
  } catch (cause) {
    throw new PermanentError(`the result cannot be written as JSON: ${(cause as Error).message}`, { cause });
  }
  const bytes = Buffer.byteLength(result);
  if (bytes <= limits.resultBytes) return result;
  throw new PermanentError(
    `result_too_large: the result is ${bytes} bytes of JSON, at most ${limits.resultBytes} are kept; store it elsewhere and return where`,
  );
}
