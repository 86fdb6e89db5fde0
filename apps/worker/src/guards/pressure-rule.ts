/**
 * When a worker holds back, and when it goes on: a rule over readings in percent. It does so a step at a time: memory and
 * disk know one step, of the CPU each halves the number of tasks.
 *
 *   above the limit          twice in a row: a step further, and again with every further reading
 *   well below the limit     twice in a row: a step back, and again with every further reading
 *   in between               as it is, so that what was held back does not come and go at the limit
 */
export type PressureState = {
  /** Readings in a row that were above the limit, or well below it. */
  above: number;
  calm: number;
  /** 0: no pressure. */
  step: number;
};

export const atRest: PressureState = { above: 0, calm: 0, step: 0 };

/** One reading may be a peak: a method that reads a large file, a build that somebody starts. */
const readingsNeeded = 2;
/** What is held back would use it again: less than ten points, and it would be back above the limit at once. */
const calmPoints = 10;

/** @param percent undefined: it cannot be read, so nothing is held back. @param limit percent; 0: never */
export function nextPressure(
  { above, calm, step }: PressureState,
  percent: number | undefined,
  limit: number,
  stepMax: number,
): PressureState {
  if (percent === undefined || limit === 0) return atRest;
  const next = {
    above: percent > limit ? above + 1 : 0,
    calm: percent < calmBelow(limit) ? calm + 1 : 0,
    step: Math.min(step, stepMax),
  };
  if (next.above >= readingsNeeded) next.step = Math.min(step + 1, stepMax);
  if (next.calm >= readingsNeeded) next.step = Math.max(step - 1, 0);
  return next;
}

/** Of a limit so low that ten points are most of it, half. */
function calmBelow(limit: number): number {
  return Math.max(limit - calmPoints, limit / 2);
}

/**
 * An eighth of the tasks at a time is the least: a worker that is busy with many small tasks, and nothing else, would
 * stand nearly still with one at a time, and save nobody anything.
 */
const halvingsMax = 3;

/** How often it may be halved. At least once, so that the pressure is seen also where one is all. */
export function halvingsOf(concurrency: number): number {
  return Math.min(halvingsMax, Math.max(1, Math.ceil(Math.log2(concurrency))));
}

/** Tasks at a time after so many halvings. */
export function halved(concurrency: number, steps: number): number {
  return Math.max(1, Math.floor(concurrency / 2 ** steps));
}
