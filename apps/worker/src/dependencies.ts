import type { Ending, TakenTask, TaskHands } from '@drover/broker';
import {
  ClusterError,
  type DependencyFailure,
  decideDependent,
  type ExpressionScope,
  evaluateCondition,
  idsLeft,
  type Json,
  parseCondition,
  resolveTemplate,
  timeScope,
} from '@drover/core';
import { errorRecord } from './error-record.ts';

/** What a task has from those that it waited for. */
export type Waited = {
  dependencies: Readonly<Record<string, Json>>;
  failures: Readonly<Record<string, DependencyFailure>>;
  /** Its arguments, where they hold expressions: what these say now. */
  input?: { args: Json[]; kwargs: Record<string, Json> } | undefined;
};

export const nothing: Waited = { dependencies: {}, failures: {} };

/** One of those that it waits for runs again: so soon it is looked at again. */
const openPauseMs = 5_000;

/** Whether a task of a flow runs, is cancelled or passed over, and with what: every edge is decided here. */
export async function settle(
  task: TakenTask,
  hands: TaskHands,
  now: () => number,
): Promise<Waited | { ending: Ending }> {
  const { envelope } = task;
  try {
    const decision = decideDependent(envelope.dependsOn === undefined ? [] : await hands.dependencies());
    if (decision.kind === 'wait') return { ending: { kind: 'postpone', delayMs: openPauseMs } };
    if (decision.kind === 'cancel') {
      return { ending: { kind: 'end', outcome: 'cancelled', message: decision.message, isUntried: true } };
    }
    const { dependencies, failures } = decision;
    const scope = scopeOf(task, dependencies, failures, now());
    if (envelope.when !== undefined && !evaluateCondition(parseCondition(envelope.when), scope)) {
      const message = `its condition was false: ${envelope.when}`;
      return { ending: { kind: 'end', outcome: 'skipped', message, isUntried: true } };
    }
    if (envelope.isTemplate !== true) return { dependencies, failures };
    const input = {
      args: resolveTemplate(envelope.args, scope, '/args') as Json[],
      kwargs: resolveTemplate(envelope.kwargs, scope, '/kwargs') as Record<string, Json>,
    };
    await hands.resolved(input);
    return { dependencies, failures, input };
  } catch (error) {
    if (hands.asked.reason !== undefined)
      return { ending: { kind: 'return', message: 'handed back: another worker has it' } };
    // Neither the arguments nor another try can help: the flow must say something else.
    const record = errorRecord(error, error instanceof ClusterError ? 'data' : 'permanent');
    return { ending: { kind: 'end', outcome: 'error', error: record } };
  }
}

function scopeOf(
  { envelope }: TakenTask,
  dependencies: Record<string, Json>,
  failures: Record<string, DependencyFailure>,
  nowMs: number,
): ExpressionScope {
  return {
    ...dependencies,
    ...timeScope(nowMs, envelope.timeZone ?? 'UTC'),
    user: envelope.user ?? null,
    company: envelope.company ?? null,
    flow: envelope.flow ?? null,
    failures: failures as unknown as Json,
    ...(envelope.job === undefined ? {} : jobScope(envelope, dependencies)),
  };
}

/** What the lines of a job call `line`, `filter` and `run`. */
function jobScope({ flow, filter }: TakenTask['envelope'], dependencies: Record<string, Json>): ExpressionScope {
  const lines = Object.entries(dependencies).flatMap(([key, result]) => {
    const [, number] = /^line_(\d+)$/.exec(key) ?? [];
    return number === undefined ? [] : [[number, { result }] as const];
  });
  const left = filter === undefined ? null : (dependencies[filter] ?? null);
  return {
    line: Object.fromEntries(lines),
    run: { id: flow ?? null },
    filter: { ids: idsLeft(left), records: left },
  };
}
