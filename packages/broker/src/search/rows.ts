import { hash32, segmentRows, widths } from '../index-row.ts';
import { readTasks } from '../read-tasks.ts';
import { reach } from '../redis.ts';
import type { RunScript } from '../scripts.ts';
import type { RawTask } from '../task-view.ts';
import type { Scan } from './scan.ts';

export type RowReader = Scan & { run: RunScript };

/** A task found by its row. */
export type FoundTask = { number: number; raw: RawTask };

/** Reads the tasks of rows, in their order. What is forgotten by now is left out. */
export async function readRows(reader: RowReader, numbers: number[]): Promise<FoundTask[]> {
  if (numbers.length === 0) return [];
  const { redis, keys, queueNames } = reader;
  const pipeline = redis.pipeline();
  for (const number of numbers) {
    const [segment, row] = [Math.floor(number / segmentRows), number % segmentRows];
    const { i, w } = widths.rows;
    pipeline.getrange(keys.column('rows', segment, 'i'), row * i, row * i + i - 1);
    pipeline.getrangeBuffer(keys.column('rows', segment, 'w'), row * w + 8, row * w + 11);
  }
  const replies = (await reach(pipeline.exec())) ?? [];
  // A row that could not be read is not one that holds no task.
  for (const [error] of replies) if (error) throw error;
  const queues = queuesByHash(queueNames);
  const asked: { number: number; queue: string; id: string }[] = [];
  for (const [index, number] of numbers.entries()) {
    const chance = replies[index * 2]?.[1] as string | null;
    const queueHash = replies[index * 2 + 1]?.[1] as Buffer | null;
    if (chance == null || chance.length !== widths.rows.i || chance.includes('\0') || queueHash?.length !== 4) continue;
    const queue = queues.get(queueHash.readUInt32LE(0));
    if (queue !== undefined) asked.push({ number, queue, id: `tsk_${chance}-0-${queue}` });
  }
  const raws = await readTasks(reader.run, keys, asked);
  return raws.flatMap((raw, index) => {
    const number = asked[index]?.number;
    return number === undefined ? [] : [{ number, raw }];
  });
}

function queuesByHash(names: string[]): Map<number, string> {
  return new Map(names.map((name) => [hash32(name), name]));
}
