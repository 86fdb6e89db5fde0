import type { Explanation, Outcome, Task } from '@drover/core';

/**
 * One stretch of a task's life.
 *
 * before   something before its first attempt, of which nobody knows any more whether it was due.
 * planned  its time has not come, or its pause before a retry is not over.
 * waiting  due, and no worker has it.
 * person   a person must decide.
 * running  a worker has it.
 */
export type Stretch = {
  kind: 'before' | 'planned' | 'waiting' | 'person' | 'running';
  fromMs: number;
  toMs: number;
  /** Of a run that ended. */
  outcome?: Outcome | undefined;
};

/** An attempt with what it waited for, or what comes after the last one. */
export type Step = {
  /** Missing: nobody has begun it since. */
  attempt?: number;
  /** What happened, for people; missing where only the stretches tell. */
  sentence?: string;
  stretches: Stretch[];
};

export type Life = { fromMs: number; toMs: number; isOver: boolean; steps: Step[] };

/** The whole life of a task, from its creation to its end, to now, or to the time that it waits for. */
export function lifeOf(task: Task, attempts: Explanation['attempts'], nowMs: number): Life {
  const fromMs = Date.parse(task.createdAt);
  const { finishedAt } = task;
  const isOver = finishedAt !== undefined;
  const overMs = isOver ? Date.parse(finishedAt) : nowMs;
  const steps: Step[] = [];
  let atMs = fromMs;
  for (const [index, { attempt, sentence, startedAt, endedAt, outcome, waitedSeconds }] of attempts.entries()) {
    const startMs = Math.max(atMs, Date.parse(startedAt));
    // Whose end nobody saw ended somewhere before the next one began.
    const nextMs = attempts[index + 1] === undefined ? overMs : Date.parse(attempts[index + 1]?.startedAt ?? '');
    const endMs = Math.max(startMs, endedAt === undefined ? nextMs : Date.parse(endedAt));
    const isEarlier = index === 0 ? 'before' : 'waiting';
    const dueMs = waitedSeconds === undefined ? undefined : Math.max(atMs, startMs - waitedSeconds * 1_000);
    const before: Stretch[] =
      dueMs === undefined
        ? [{ kind: isEarlier, fromMs: atMs, toMs: startMs }]
        : [
            { kind: 'planned', fromMs: atMs, toMs: dueMs },
            { kind: 'waiting', fromMs: dueMs, toMs: startMs },
          ];
    const run: Stretch = { kind: 'running', fromMs: startMs, toMs: endMs, outcome };
    steps.push({ attempt, sentence, stretches: [...before.filter(isLong), run] });
    atMs = endMs;
  }
  const rest = restOf(task, atMs, overMs).filter(isLong);
  if (rest.length > 0) steps.push({ stretches: rest });
  const last = Math.max(overMs, ...rest.map(({ toMs }) => toMs));
  return { fromMs, toMs: Math.max(last, fromMs + 1), isOver, steps };
}

/** From the last attempt on. */
function restOf(task: Task, atMs: number, overMs: number): Stretch[] {
  const runAtMs = Date.parse(task.runAt);
  switch (task.state) {
    case 'running':
      return [];
    case 'requires_attention':
      return [{ kind: 'person', fromMs: atMs, toMs: overMs }];
    case 'done':
    case 'error':
    case 'cancelled':
      // Ended while nobody had it: cancelled, expired, or given up.
      return atMs === Date.parse(task.createdAt) || overMs - atMs > unseenMs
        ? planned(atMs, Math.min(runAtMs, overMs), overMs)
        : [];
    case 'scheduled':
    case 'waiting':
    case 'depends':
      return planned(atMs, runAtMs, overMs);
    default:
      return task.state satisfies never;
  }
}

/** The record of an end comes a little after the end of the last attempt. */
const unseenMs = 1_000;

function planned(atMs: number, dueMs: number, overMs: number): Stretch[] {
  const fromMs = Math.max(atMs, dueMs);
  return [
    { kind: 'planned', fromMs: atMs, toMs: fromMs },
    { kind: 'waiting', fromMs, toMs: Math.max(fromMs, overMs) },
  ];
}

function isLong({ fromMs, toMs }: Stretch): boolean {
  return toMs > fromMs;
}
