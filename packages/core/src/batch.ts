import type { MethodInfo } from './cluster-view.ts';
import { limits } from './limits.ts';
import type { Method } from './model.ts';
import { splitMethodName } from './names.ts';

export const defaultMinItems = 10;

/** What is announced of a batch. @throws Error that names the method and says what is wrong with its declaration */
export function batchOf(
  fullName: string,
  { batch }: Method,
  methods: ReadonlyMap<string, Method>,
): Pick<MethodInfo, 'batch'> {
  if (batch === undefined) return {};
  const { into, maxItems, maxWaitSeconds, minItems = defaultMinItems } = batch;
  const { model, method } = splitMethodName(fullName);
  const fault = (text: string) => new Error(`${fullName}: ${text}`);
  if (into === method) throw fault('batch.into names the method itself');
  const many = methods.get(`${model}.${into}`);
  if (many === undefined) throw fault(`batch.into names "${into}", and ${model} has no such method`);
  // What becomes of each item is watched where the items are, in the worker's own process.
  if ((many.isolated ?? false) !== false) throw fault(`batch.into names ${model}.${into}, which must not be isolated`);
  if (!isWholeWithin(maxItems, 2, limits.mergedItems)) throw fault(`batch.maxItems must be 2 to ${limits.mergedItems}`);
  if (!isWholeWithin(minItems, 2, maxItems)) throw fault('batch.minItems must be 2 to maxItems');
  if (!(maxWaitSeconds >= 0 && maxWaitSeconds <= limits.mergedWaitSeconds)) {
    throw fault(`batch.maxWaitSeconds must be 0 to ${limits.mergedWaitSeconds}`);
  }
  return { batch: { into, maxItems, maxWaitSeconds, minItems } };
}

function isWholeWithin(value: number, min: number, max: number): boolean {
  return Number.isInteger(value) && value >= min && value <= max;
}
