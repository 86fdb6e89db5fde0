import { setTimeout as sleep } from 'node:timers/promises';
import type { QueuePatch } from '@drover/core';
import { TaskRequest } from '@drover/core';
import type { DroverSide } from './drover-side.ts';
import type { Ground } from './ground.ts';
import { bulkTasks, taskRequest } from './payload.ts';
import { ratio, type Section } from './report.ts';
import { interleave, type Subject, valuesOf } from './series.ts';
import type { Size } from './size.ts';

type Parts = { ground: Ground; drover: DroverSide; size: Size };

const shape = { processes: 1, concurrency: 50 };
const companies = 10;
const lookMs = 10;

/** How fast a full queue of no-op tasks of ten companies is emptied, with and without bounds for each. */
export async function keys({ ground, drover, size }: Parts): Promise<Section> {
  const workers = await drover.startWorkers(shape);
  const subject = (name: string, patch: QueuePatch): Subject<'perSecond'> => ({
    name,
    async run() {
      await ground.clean();
      await drover.pause();
      await fill(drover, 1);
      await drover.cluster.queues.patch('bench', patch);
      await fill(drover, size.drained);
      return { perSecond: (size.drained / (await emptied(drover))) * 1_000 };
    },
  });
  try {
    const all = await interleave(
      [
        subject('Drover, keys not bound', { keyConcurrency: null }),
        subject('10 tasks of a key at a time: there is room for all', { keyConcurrency: 10 }),
        subject('4 tasks of a key at a time: most are held back once', { keyConcurrency: 4 }),
      ],
      size.rounds,
    );
    const lines = all.map((series) => ({ name: series.name, values: valuesOf(series, 'perSecond') }));
    const [free, roomy, narrow] = lines;
    return {
      title: `Drain with ${companies} keys, 1 worker process, ${shape.concurrency} tasks at a time`,
      unit: 'tasks a second',
      lines,
      claims:
        free && roomy && narrow
          ? [
              ratio('10 of a key ÷ not bound', roomy, free, { atLeast: 0.6 }),
              ratio('4 of a key ÷ not bound', narrow, free, { atLeast: 0.6 }),
            ]
          : [],
    };
  } finally {
    await drover.cluster.queues.patch('bench', { keyConcurrency: null });
    await workers.stop();
  }
}

async function fill({ cluster }: DroverSide, tasks: number): Promise<void> {
  const requests = Array.from({ length: tasks }, (_, index) =>
    TaskRequest.parse({ ...taskRequest, company: `company-${index % companies}` }),
  );
  for (let at = 0; at < tasks; at += bulkTasks) {
    await cluster.tasks.enqueueMany(requests.slice(at, at + bulkTasks), {}, { unchecked: true });
  }
}

/** Opens the queue, and resolves when it is empty; milliseconds. What is held back is in no list of BullMQ. */
async function emptied({ cluster, resume }: DroverSide): Promise<number> {
  const since = performance.now();
  await resume();
  for (;;) {
    await sleep(lookMs);
    const { counts } = await cluster.queues.get('bench', {});
    if (counts.error > 0) throw new Error(`${counts.error} tasks failed`);
    if (counts.waiting + counts.running === 0) return performance.now() - since;
  }
}
