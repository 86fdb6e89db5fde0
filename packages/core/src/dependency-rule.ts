import type { DependencyFailure, OnFailure } from './flow.ts';
import type { Json } from './json.ts';
import type { Outcome } from './state.ts';

/** What is known of a task that another one waited for. */
export type DependencyEnd = {
  id: string;
  key: string;
  /** `stop` is `cancel`, but goes on behind one that was passed over: lines of a job. */
  onFailure: OnFailure | 'stop';
  state: 'done' | 'error' | 'cancelled' | 'open' | 'unknown';
  outcome?: Outcome | undefined;
  /** Its own condition was false: it did not end well for those that wait for it. */
  isPassedOver?: boolean | undefined;
  result: Json;
  message?: string | undefined;
};

/**
 * What becomes of a task whose dependencies have ended.
 *
 * run     with their results, and the failures that it may bear.
 * cancel  one that it could not do without did not end well.
 * wait    one of them runs again.
 */
export type DependencyDecision =
  | { kind: 'run'; dependencies: Record<string, Json>; failures: Record<string, DependencyFailure> }
  | { kind: 'cancel'; message: string }
  | { kind: 'wait' };

/** The rule, apart from I/O. */
export function decideDependent(ends: readonly DependencyEnd[]): DependencyDecision {
  if (ends.some(({ state }) => state === 'open')) return { kind: 'wait' };
  const dependencies: Record<string, Json> = Object.create(null);
  const failures: Record<string, DependencyFailure> = Object.create(null);
  for (const end of ends) {
    if (end.state === 'done' && end.isPassedOver !== true) {
      dependencies[end.key] = end.result;
      continue;
    }
    const what = wordsOf(end);
    if (end.onFailure === 'stop' && end.isPassedOver === true) {
      dependencies[end.key] = null;
      continue;
    }
    if (end.onFailure !== 'continue')
      return { kind: 'cancel', message: causeOf(end) ?? `${because}${nameOf(end)}, which ${what}` };
    dependencies[end.key] = null;
    failures[end.key] = {
      id: end.id,
      state: end.state === 'open' ? 'unknown' : end.state,
      outcome: end.outcome,
      message: end.message ?? what,
    };
  }
  return { kind: 'run', dependencies, failures };
}

const because = 'because of ';

/** Where one was cancelled because of another, that one is the cause here too. */
function causeOf({ state, message }: DependencyEnd): string | undefined {
  return state === 'cancelled' && message?.startsWith(because) ? message : undefined;
}

function nameOf({ key, id }: DependencyEnd): string {
  return key === id ? id : `"${key}" (${id})`;
}

function wordsOf({ state, outcome, isPassedOver, message }: DependencyEnd): string {
  if (state === 'unknown') return 'is not known any more';
  if (isPassedOver === true) return 'was skipped';
  const what = state === 'cancelled' ? 'was cancelled' : outcome === 'error' ? 'ended in error' : `ended as ${outcome}`;
  return message === undefined || message === '' ? what : `${what}: ${message}`;
}
