import type { Account, Entry, Kill } from './disaster.ts';

/** What must be empty, whatever was killed when. */
export type Verdict = {
  /** Acknowledged, and never executed. */
  lost: string[];
  /** Executed, and not asked for; or a second task for one request. */
  strangers: string[];
  /** Executed again, and no kill says why. */
  unexplained: string[];
  /** Executed, but the ledger does not say that it is done. */
  unrecorded: string[];
  /** Whether the queue's figures are those of the tasks. */
  miscounted: string[];
};

/** Lines for people: how much happened. */
export function summaryOf({ asked, entries, kills, givenUp, took }: Account): string {
  const killed = (what: Kill['what']) => kills.filter((kill) => kill.what === what).length;
  const again = repeats(entries);
  const after = (what: Kill['what']) =>
    again.filter(([first, next]) => kills.find((kill) => explains(kill, first, next))?.what === what).length;
  const begun = givenUp.map(({ id }) => entries.filter((entry) => entry.id === id).length);
  return [
    `${asked.size} tasks asked for, ${[...asked.values()].filter((id) => id === undefined).length} not acknowledged`,
    `${entries.length} executions; again after the worker was killed ${after('worker')}, after Redis was ${after('redis')}`,
    `${givenUp.length} tasks given up by three dead workers, and run again by hand (executions: ${begun.join(' ')})`,
    `${killed('worker')} workers killed, Redis ${killed('redis')} times`,
    Object.entries(took)
      .map(([part, ms]) => `${part} ${ms} ms`)
      .join(', '),
  ].join('\n');
}

export function judge(account: Account): Verdict {
  const { asked, entries, kills, records, queue } = account;
  const executions = byNumber(entries);
  const verdict: Verdict = { lost: [], strangers: [], unexplained: [], unrecorded: [], miscounted: [] };
  for (const [n, id] of asked) {
    if (id === undefined) continue;
    const record = records.get(id);
    if (!executions.has(n)) verdict.lost.push(`task ${n} (${id}): ${record?.state ?? 'unknown'}`);
    else if (record?.state !== 'done' || record.result !== n) {
      verdict.unrecorded.push(`task ${n} (${id}): ${record?.state ?? 'unknown'}`);
    }
  }
  for (const [n, of] of executions) {
    const ids = new Set(of.map(({ id }) => id));
    const id = asked.get(n);
    if (!asked.has(n) || ids.size > 1 || (id !== undefined && !ids.has(id))) {
      verdict.strangers.push(`task ${n}: asked for ${id}, executed as ${[...ids].join(', ')}`);
    }
  }
  for (const [first, next] of repeats(entries)) {
    if (kills.some((kill) => explains(kill, first, next))) continue;
    verdict.unexplained.push(
      `task ${first.n} (${first.id}): by ${first.pid} at ${first.at}, again by ${next.pid} at ${next.at}`,
    );
  }
  const done = new Set(entries.map(({ id }) => id)).size;
  const figures = { done: queue?.counts.done ?? 0, error: queue?.counts.error ?? 0 };
  if (figures.done !== done) verdict.miscounted.push(`${figures.done} are counted as done, ${done} are`);
  if (figures.error !== 0) verdict.miscounted.push(`${figures.error} are counted as failed`);
  verdict.miscounted.push(...miscountOf(account, done));
  return verdict;
}

/** Counters beside the truth: the tasks' own records. */
function miscountOf({ records, counted: { figures, executionsFound } }: Account, done: number): string[] {
  const executions = [...records.values()].reduce((sum, task) => sum + (task?.executions.length ?? 0), 0);
  const truth = { enqueued: done, total: done, completed: done, failed: 0, cancelled: 0, executions };
  const wrong = (Object.keys(truth) as (keyof typeof truth)[])
    .filter((name) => figures?.[name] !== truth[name])
    .map((name) => `the statistics say ${name} ${figures?.[name]}, the truth is ${truth[name]}`);
  if (executionsFound !== executions) wrong.push(`${executionsFound} executions are found, there are ${executions}`);
  return wrong;
}

/** Its worker was killed, or Redis was, after it began and before it was begun again. */
function explains(kill: Kill, first: Entry, next: Entry): boolean {
  const isOfIt = kill.what === 'redis' || kill.pid === first.pid;
  return isOfIt && kill.backAt >= first.at && kill.at <= next.at;
}

/** Executions that were followed by another one of the same task, with that one. */
function repeats(entries: Entry[]): [Entry, Entry][] {
  return [...byNumber(entries).values()].flatMap((of) =>
    of.slice(1).map((next, index): [Entry, Entry] => [of[index] as Entry, next]),
  );
}

function byNumber(entries: Entry[]): Map<number, Entry[]> {
  const found = new Map<number, Entry[]>();
  for (const entry of entries) found.set(entry.n, [...(found.get(entry.n) ?? []), entry]);
  return found;
}
