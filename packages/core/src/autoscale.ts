import type { ScaleAdvice } from './worker.ts';

/**
 * How many workers there should be: a rule of two steps, up fast and down slowly.
 *
 *   ready > workers × 5                    two more
 *   ready < workers × 2, and workers > 2   one less
 *
 * Ready is what could begin now: it waits in a queue that is not paused, and nothing but a free worker is missing.
 */
const growBeyond = 5;
const growBy = 2;
const shrinkBelow = 2;
const shrinkBy = 1;
/** The rule leaves so many: one may die, and work goes on. */
const leastByRule = 2;

/** `min` is at most `max`. */
export type ScaleBounds = { min: number; max: number };

export type ScaleFacts = {
  ready: number;
  workers: number;
  /** Until the number may be changed again, ms; 0: it may. */
  cooldownMs?: number;
};

/** What the rule says, and why. */
export function scaleByRule(facts: ScaleFacts, bounds: ScaleBounds): Pick<ScaleAdvice, 'wanted' | 'rule' | 'reason'> {
  const { ready, workers, cooldownMs = 0 } = facts;
  const { min, max } = bounds;
  const bounded = Math.min(Math.max(workers, min), max);
  if (bounded !== workers) {
    return {
      wanted: bounded,
      rule: 'bound',
      reason: `${counted(workers, 'worker')} where there should be ${min} to ${max}`,
    };
  }
  const step = stepOf(ready, workers);
  const waits = `${counted(ready, 'ready task')} for ${counted(workers, 'worker')}`;
  if (step === 0) return { wanted: workers, rule: 'stay', reason: `${waits}: neither too many nor too few` };
  const wanted = Math.min(Math.max(workers + step, min), max);
  const why = `${waits}: ${step > 0 ? `more than ${growBeyond}` : `fewer than ${shrinkBelow}`} each`;
  if (wanted === workers) return { wanted, rule: 'bound', reason: `${why}, but there should be ${min} to ${max}` };
  if (cooldownMs > 0) {
    const seconds = Math.ceil(cooldownMs / 1_000);
    return { wanted: workers, rule: 'cooldown', reason: `${why}, but the number was changed: again in ${seconds} s` };
  }
  return { wanted, rule: step > 0 ? 'grow' : 'shrink', reason: why };
}

function stepOf(ready: number, workers: number): number {
  if (ready > workers * growBeyond) return growBy;
  return ready < workers * shrinkBelow && workers > leastByRule ? -shrinkBy : 0;
}

function counted(count: number, what: string): string {
  return `${count} ${what}${count === 1 ? '' : 's'}`;
}
