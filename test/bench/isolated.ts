import { TaskRequest } from '@drover/core';
import type { DroverSide } from './drover-side.ts';
import type { Ground } from './ground.ts';
import { bulkTasks, taskRequest } from './payload.ts';
import type { Section } from './report.ts';
import { interleave, median, valuesOf } from './series.ts';
import { drain } from './side.ts';
import type { Size } from './size.ts';

type Parts = { ground: Ground; drover: DroverSide; size: Size };

const shape = { processes: 1, concurrency: 50 };
const perSecondAtLeast = 1_500;

/** How fast a full queue of isolated no-op tasks is emptied. The first, unmeasured run starts the processes. */
export async function isolated({ ground, drover, size }: Parts): Promise<Section> {
  const request = TaskRequest.parse({ ...taskRequest, method: 'noop_isolated' });
  const workers = await drover.startWorkers(shape);
  const run = async () => {
    await ground.clean();
    await drover.pause();
    for (let added = 0; added < size.isolated; added += bulkTasks) {
      const requests = new Array<TaskRequest>(Math.min(bulkTasks, size.isolated - added)).fill(request);
      await drover.cluster.tasks.enqueueMany(requests, {}, { unchecked: true });
    }
    return { perSecond: (size.isolated / (await drain(drover))) * 1_000 };
  };
  try {
    const name = 'Drover, tasks over the channel to their processes';
    const [series] = await interleave([{ name, run }], size.rounds);
    const values = series === undefined ? [] : valuesOf(series, 'perSecond');
    return {
      title: `Drain of isolated tasks, 1 worker process, ${shape.concurrency} tasks at a time`,
      unit: 'tasks a second',
      lines: [{ name, values }],
      claims: [{ text: 'Isolated tasks', value: median(values), aim: { atLeast: perSecondAtLeast } }],
    };
  } finally {
    await workers.stop();
  }
}
