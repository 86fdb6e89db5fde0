import { type ErrorClass, limits, type TaskErrorRecord } from '@drover/core';

const causesMax = 5;

/** A failure as it is recorded: anything may be thrown, and nothing of it may grow without bound. */
export function errorRecord(thrown: unknown, errorClass: ErrorClass): TaskErrorRecord {
  try {
    return recordOf(thrown, errorClass);
  } catch {
    // A getter or a `toString` of its own failed: it is a failure all the same.
    return { class: errorClass, name: 'Error', message: 'something was thrown that cannot be read' };
  }
}

function recordOf(thrown: unknown, errorClass: ErrorClass): TaskErrorRecord {
  const error = thrown instanceof Error ? thrown : new Error(describe(thrown));
  const traceback = cut(tracebackOf(error), limits.tracebackBytes);
  return {
    class: errorClass,
    name: cut(String(error.name), limits.nameLength),
    message: cut(String(error.message || error.name), limits.errorMessageBytes),
    ...(traceback === '' ? {} : { traceback }),
  };
}

function describe(thrown: unknown): string {
  if (typeof thrown === 'string') return thrown;
  try {
    return JSON.stringify(thrown) ?? String(thrown);
  } catch {
    return String(thrown);
  }
}

/** The stack, with those of its causes. */
function tracebackOf(error: Error): string {
  const stacks: string[] = [];
  for (let at: unknown = error; at instanceof Error && stacks.length < causesMax; at = at.cause) {
    stacks.push(String(at.stack ?? at));
  }
  return stacks.join('\nCaused by: ');
}

/** Cuts a text to so many bytes of UTF-8, and says so. */
export function cut(text: string, bytesMax: number): string {
  if (text.length * 3 <= bytesMax || Buffer.byteLength(text) <= bytesMax) return text;
  const mark = '… (cut)';
  const kept = Buffer.from(text)
    .subarray(0, bytesMax - Buffer.byteLength(mark))
    .toString();
  return `${kept.replace(/\uFFFD+$/, '')}${mark}`;
}
