import { segmentRows, widths } from '../index-row.ts';
import type { IndexTable } from '../keys.ts';
import { reach } from '../redis.ts';
import type { Workshop } from './maintenance.ts';

/** Empties the rows of executions whose tasks are forgotten, and frees segments that hold none any more. */
export async function pruneRuns(workshop: Workshop, signal: AbortSignal): Promise<number> {
  const { segments } = workshop;
  const { newest, held } = await segments.bounds('runs');
  const rows = await segments.bounds('rows');
  const last = Math.floor(newest / segmentRows);
  let freed = 0;
  for (const segment of held) {
    signal.throwIfAborted();
    const states = await segments.bytes('runs', 's', segment, newest);
    const runs = await segments.bytes('runs', 't', segment, newest);
    let left = 0;
    if (states !== undefined && runs !== undefined) {
      const isKnown = await knownTasks(workshop, runs, rows.newest);
      const gone: number[] = [];
      for (let row = 0; row < Math.floor(states.length / widths.runs.s); row += 1) {
        if (states[row * widths.runs.s] === 0) continue;
        if (isKnown(runs.readUIntLE(row * widths.runs.t, 6))) left += 1;
        else gone.push(row);
      }
      await empty(workshop, segment, gone);
    }
    if (left > 0 || segment === last) continue;
    await free(workshop, 'runs', segment);
    if (states !== undefined) freed += 1;
  }
  return freed;
}

/** Gives up a segment in which no row holds anything; nothing comes into it any more. */
export async function free({ redis, keys }: Workshop, table: IndexTable, segment: number): Promise<void> {
  await reach(redis.unlink(Object.keys(widths[table]).map((column) => keys.column(table, segment, column))));
  await reach(redis.setbit(keys.freedSegments(table), segment, 1));
  const first = Number((await reach(redis.get(keys.firstSegment(table)))) ?? 0);
  if (first === segment) await reach(redis.set(keys.firstSegment(table), segment + 1));
}

/** Whether a row still holds a task. */
async function knownTasks({ segments }: Workshop, runs: Buffer, newest: number): Promise<(task: number) => boolean> {
  const touched = new Set<number>();
  for (let at = 0; at + widths.runs.t <= runs.length; at += widths.runs.t) {
    touched.add(Math.floor(runs.readUIntLE(at, 6) / segmentRows));
  }
  const states = await segments.columns('rows', 's', [...touched], newest);
  return (task) => ((states.get(Math.floor(task / segmentRows))?.[task % segmentRows] ?? 0) & 0xff) !== 0;
}

async function empty({ redis, keys }: Workshop, segment: number, rows: number[]): Promise<void> {
  if (rows.length === 0) return;
  const pipeline = redis.pipeline();
  const key = keys.column('runs', segment, 's');
  for (const row of rows) pipeline.setrange(key, row * widths.runs.s, Buffer.from([0]));
  await reach(pipeline.exec());
}
