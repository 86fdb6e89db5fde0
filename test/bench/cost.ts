import { cpuMs } from './child.ts';
import type { Ground } from './ground.ts';
import type { Section } from './report.ts';
import { interleave, type Subject, valuesOf } from './series.ts';
import { drain, type Side } from './side.ts';
import type { Size } from './size.ts';

/** Each is for one task. */
const figures = {
  addCommands: 'enqueue: commands in Redis',
  addRedisUs: 'enqueue: CPU of Redis, µs',
  waitingBytes: 'waiting: bytes in Redis',
  runCommands: 'run: commands in Redis',
  runScripts: 'run: script calls',
  runRedisUs: 'run: CPU of Redis, µs',
  runWorkerUs: 'run: CPU of the worker, µs',
  finishedBytes: 'finished and kept: bytes in Redis',
} as const;
type Figure = keyof typeof figures;

/** What a task costs, enqueued in bulk and run by one process, 50 at a time. Both sides keep all that finished. */
export async function cost(ground: Ground, sides: [Side, Side], size: Size): Promise<Section> {
  const workers = [];
  const subjects: Subject<Figure>[] = [];
  for (const side of sides) {
    const started = await side.startWorkers({ processes: 1, concurrency: 50, keepAll: true });
    workers.push(started);
    subjects.push(counted(ground, side, started.pids[0] ?? 0, size.counted));
  }
  const all = await interleave(subjects, size.rounds);
  for (const started of workers) await started.stop();
  const lines = (Object.keys(figures) as Figure[]).flatMap((figure) =>
    all.map((series) => ({ name: `${figures[figure]}: ${series.name}`, values: valuesOf(series, figure) })),
  );
  return { title: 'What a task costs', unit: 'each', lines, claims: [] };
}

function counted(ground: Ground, side: Side, workerPid: number, tasks: number): Subject<Figure> {
  const look = async () => ({
    ...(await ground.spent()),
    bytes: await ground.usedBytes(),
    workerMs: cpuMs(workerPid) ?? Number.NaN,
  });
  return {
    name: side.name,
    async run() {
      await ground.clean();
      await side.pause();
      const empty = await look();
      await side.fill(tasks);
      const full = await look();
      await drain(side);
      const done = await look();
      return {
        addCommands: (full.commands - empty.commands) / tasks,
        addRedisUs: ((full.cpuMs - empty.cpuMs) / tasks) * 1_000,
        waitingBytes: (full.bytes - empty.bytes) / tasks,
        runCommands: (done.commands - full.commands) / tasks,
        runScripts: (done.scripts - full.scripts) / tasks,
        runRedisUs: ((done.cpuMs - full.cpuMs) / tasks) * 1_000,
        runWorkerUs: ((done.workerMs - full.workerMs) / tasks) * 1_000,
        finishedBytes: (done.bytes - empty.bytes) / tasks,
      };
    },
  };
}
