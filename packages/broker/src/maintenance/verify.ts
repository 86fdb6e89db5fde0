import { hashOf, outcomeCode, runningCode, segmentRows, widths } from '../index-row.ts';
import { readTasks } from '../read-tasks.ts';
import { reach } from '../redis.ts';
import { failureIdOf } from '../search/fits.ts';
import { type FoundTask, readRows } from '../search/rows.ts';
import { queueOfTaskId } from '../task-id.ts';
import { executionOf, type RawTask, viewTask } from '../task-view.ts';
import type { Report, Workshop } from './maintenance.ts';
import { escaped, heldTasks, mendKeys } from './mend-keys.ts';

export type VerifyResult = {
  /** Looks at tasks: one is looked at wherever it stands, in the ledger, in the queue and in its lists. */
  checked: number;
  /** Mended: got a row in the index; the row said something else; put back in line; entries of lists without a task. */
  indexed: number;
  corrected: number;
  requeued: number;
  dropped: number;
  /** Executions whose row said something else. */
  executionsCorrected: number;
  /** Keys of which slots, or what is held, were not as they should be. */
  keysCorrected: number;
  /** Not mended: tasks that have ended and are in line all the same; the first hundred. */
  conflicts: string[];
};

const group = 100;
const conflictsMax = 100;

/** Compares ledger, index and queues: every record, every job, every entry of a list, every row. */
export async function verify(workshop: Workshop, report: Report): Promise<VerifyResult> {
  const result: VerifyResult = {
    checked: 0,
    indexed: 0,
    corrected: 0,
    requeued: 0,
    dropped: 0,
    executionsCorrected: 0,
    keysCorrected: 0,
    conflicts: [],
  };
  const sources = [
    () => scanned(workshop, 'task:'),
    () => scanned(workshop, 'q:'),
    () => listed(workshop),
    () => rowed(workshop),
  ];
  for (const [index, source] of sources.entries()) {
    for await (const ids of source()) {
      report.signal.throwIfAborted();
      await check(workshop, ids, result);
      report.progress(index * 20, `${result.checked} tasks checked`);
    }
  }
  result.keysCorrected = await mendKeys(workshop, report.signal);
  result.executionsCorrected = await verifyRuns(workshop, report.signal);
  return result;
}

async function check({ redis, keys, run }: Workshop, ids: string[], result: VerifyResult): Promise<void> {
  for (let at = 0; at < ids.length; at += group) {
    const args: (string | number)[] = [keys.prefix, `${keys.bullPrefix}:`, Date.now()];
    const asked = ids.slice(at, at + group).filter((id) => queueOfTaskId(id) !== undefined);
    for (const id of asked) args.push(queueOfTaskId(id) ?? '', id);
    if (asked.length === 0) continue;
    const outcomes = (await reach(run('verify', keys.queues, args))) as string[];
    const indexed = asked.filter((_, index) => outcomes[index] === 'indexed');
    await complete({ redis, keys, run }, indexed);
    for (const [index, outcome] of outcomes.entries()) {
      result.checked += 1;
      if (outcome === 'indexed') result.indexed += 1;
      if (outcome === 'state') result.corrected += 1;
      if (outcome === 'requeued') result.requeued += 1;
      if (outcome === 'dropped') result.dropped += 1;
      if (outcome === 'twice') addConflict(result.conflicts, asked[index] ?? '');
    }
  }
}

/** Writes into new rows who ran the task last, and the group of failures that it belongs to. */
async function complete({ redis, keys, run }: Pick<Workshop, 'redis' | 'keys' | 'run'>, ids: string[]): Promise<void> {
  if (ids.length === 0) return;
  const raws = await readTasks(
    run,
    keys,
    ids.map((id) => ({ queue: queueOfTaskId(id) ?? '', id })),
  );
  const pipeline = redis.pipeline();
  for (const raw of raws) {
    const [task, number] = [viewTask(raw), rowOf(raw)];
    if (task === undefined || number === undefined) continue;
    const [segment, place] = [Math.floor(number / segmentRows), (number % segmentRows) * widths.rows.s];
    const worker = task.executions.at(-1)?.worker;
    const failure = failureIdOf(task);
    if (worker !== undefined) pipeline.setrange(keys.column('rows', segment, 's'), place + 2, hashOf(worker, 2));
    if (failure !== undefined) pipeline.setrange(keys.column('rows', segment, 'f'), place, hashOf(failure, 4));
  }
  await reach(pipeline.exec());
}

/** The row that the task knows as its own. */
function rowOf({ job, ledger }: RawTask): number | undefined {
  const number = ledger.has('s') ? ledger.get('sq') : job.get('sq');
  return number === undefined ? undefined : Number(number);
}

function addConflict(conflicts: string[], id: string): void {
  if (conflicts.length < conflictsMax && !conflicts.includes(id)) conflicts.push(id);
}

/** Ids of tasks by their keys: records of the ledger, or jobs. */
async function* scanned({ redis, keys }: Workshop, part: 'task:' | 'q:'): AsyncGenerator<string[], void, undefined> {
  let cursor = '0';
  do {
    const pattern = `${escaped(keys.prefix)}${part === 'task:' ? 'task:tsk_*' : 'q:*:tsk_*'}`;
    const [next, found] = await reach(redis.scan(cursor, 'MATCH', pattern, 'COUNT', 500));
    cursor = next;
    // Locks and other children of a job have a name behind the id.
    yield found.map((key) => key.slice(key.lastIndexOf('tsk_'))).filter((id) => !id.includes(':'));
  } while (cursor !== '0');
}

/** Ids in the lists of the queues: one without a job is found only here. */
async function* listed({ redis, keys, queueNames }: Workshop): AsyncGenerator<string[], void, undefined> {
  for (const queue of await queueNames()) {
    const base = `${keys.bullPrefix}:${queue}:`;
    for (const set of ['prioritized', 'delayed', 'completed', 'failed', 'waiting-children']) {
      for (let at = 0; ; at += group) {
        const ids = await reach(redis.zrange(`${base}${set}`, at, `${at + group - 1}`));
        if (ids.length === 0) break;
        yield ids;
      }
    }
    for (const list of ['wait', 'active']) {
      const ids = await reach(redis.lrange(`${base}${list}`, 0, -1));
      if (ids.length > 0) yield ids;
    }
    yield* heldTasks(redis, keys, queue);
  }
}

/** Empties rows that hold no task any more, or one that has another row. The rest was looked at by their tasks. */
async function* rowed(workshop: Workshop): AsyncGenerator<string[], void, undefined> {
  const { redis, keys, segments } = workshop;
  const { newest, held: parts } = await segments.bounds('rows');
  for (const segment of parts) {
    const states = await segments.bytes('rows', 's', segment, newest);
    if (states === undefined) continue;
    const held: number[] = [];
    for (let row = 0; row < Math.floor(states.length / widths.rows.s); row += 1) {
      if (states[row * widths.rows.s] !== 0) held.push(segment * segmentRows + row);
    }
    for (let at = 0; at < held.length; at += group) {
      const numbers = held.slice(at, at + group);
      const found = await readRows(await workshop.rows(), numbers);
      const known = new Set(found.filter(isItsRow).map(({ number }) => number));
      for (const number of numbers.filter((one) => !known.has(one))) {
        const place = (number % segmentRows) * widths.rows.s;
        await reach(redis.setrange(keys.column('rows', segment, 's'), place, Buffer.alloc(4)));
      }
      yield [];
    }
  }
}

function isItsRow({ number, raw }: FoundTask): boolean {
  return (raw.job.size > 0 || raw.ledger.size > 0) && (rowOf(raw) ?? number) === number;
}

/** Executions that the index believes to run: what became of them stands in the ledger. */
async function verifyRuns(workshop: Workshop, signal: AbortSignal): Promise<number> {
  const { redis, keys, segments } = workshop;
  const { newest, held } = await segments.bounds('runs');
  let corrected = 0;
  for (const segment of held) {
    signal.throwIfAborted();
    const states = await segments.bytes('runs', 's', segment, newest);
    const runs = await segments.bytes('runs', 't', segment, newest);
    if (states === undefined || runs === undefined) continue;
    for (let row = 0; row < Math.floor(states.length / widths.runs.s); row += 1) {
      if (states[row * widths.runs.s] !== runningCode) continue;
      const [found] = await readRows(await workshop.rows(), [runs.readUIntLE(row * widths.runs.t, 6)]);
      const execution = found && executionOf(found.raw, runs.readUInt16LE(row * widths.runs.t + 6));
      if (execution !== undefined && execution.outcome === undefined) continue;
      const code = execution?.outcome === undefined ? 0 : outcomeCode(execution.outcome);
      await reach(redis.setrange(keys.column('runs', segment, 's'), row * widths.runs.s, Buffer.from([code])));
      corrected += 1;
    }
  }
  return corrected;
}
