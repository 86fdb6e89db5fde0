import { cpuMs } from './child.ts';
import type { Ground } from './ground.ts';
import { ratio, type Section } from './report.ts';
import { interleave, type Subject, valuesOf } from './series.ts';
import { drain, type Side, type Workers } from './side.ts';
import type { Size } from './size.ts';

/** Worker processes, and tasks that each runs at a time. */
const shapes = [
  { processes: 1, concurrency: 50 },
  { processes: 1, concurrency: 200 },
  { processes: 2, concurrency: 50 },
  { processes: 2, concurrency: 200 },
];

/** How fast a full queue of no-op tasks is emptied. The workers are up and idle when it opens. */
export async function draining(ground: Ground, sides: [Side, Side], size: Size): Promise<Section[]> {
  const sections: Section[] = [];
  for (const shape of shapes) {
    const workers: Workers[] = [];
    for (const side of sides) workers.push(await side.startWorkers(shape));
    const subjects = sides.map((side, index) => drained(ground, side, workers[index]?.pids ?? [], size.drained));
    const all = await interleave(subjects, size.rounds);
    for (const started of workers) await started.stop();
    const speed = all.map((series) => ({ name: series.name, values: valuesOf(series, 'perSecond') }));
    const cpu = all.map((series) => ({
      name: `${series.name}, CPU of workers + Redis, µs a task`,
      values: valuesOf(series, 'cpuUs'),
    }));
    const { processes, concurrency } = shape;
    sections.push({
      title: `Drain, ${processes} worker process${processes > 1 ? 'es' : ''}, ${concurrency} tasks at a time each`,
      unit: 'tasks a second',
      lines: [...speed, ...cpu],
      claims: speed[0] && speed[1] ? [ratio('Drover ÷ BullMQ', speed[0], speed[1], { atLeast: 0.75 })] : [],
    });
  }
  return sections;
}

function drained(ground: Ground, side: Side, pids: number[], tasks: number): Subject<'perSecond' | 'cpuUs'> {
  const cpu = async () => {
    const workers = pids.reduce((total, pid) => total + (cpuMs(pid) ?? Number.NaN), 0);
    return workers + (await ground.spent()).cpuMs;
  };
  return {
    name: side.name,
    async run() {
      await ground.clean();
      await side.pause();
      await side.fill(tasks);
      const before = await cpu();
      const ms = await drain(side);
      return { perSecond: (tasks / ms) * 1_000, cpuUs: (((await cpu()) - before) / tasks) * 1_000 };
    },
  };
}
