import { createRequire } from 'node:module';
import { arch, cpus, loadavg, platform } from 'node:os';
import { parseArgs } from 'node:util';
import { control } from './control.ts';
import { cost } from './cost.ts';
import { draining } from './drain.ts';
import { type DroverSide, openDrover } from './drover-side.ts';
import { enqueueing } from './enqueue.ts';
import { flows } from './flows.ts';
import { type Ground, openGround } from './ground.ts';
import { isolated } from './isolated.ts';
import { keys } from './keys.ts';
import { latency } from './latency.ts';
import { ledger } from './ledger.ts';
import { openRaw, type RawSide } from './raw-side.ts';
import { print, type Section } from './report.ts';
import { schedules } from './schedules.ts';
import { type Size, sizes } from './size.ts';

/**
 * `npm run bench [-- --quick] [--only enqueue,latency,drain,cost,ledger,schedules,flows,isolated,control,keys]`: Drover beside BullMQ alone, on one Redis, in one run.
 * `BENCHMARKS.md` reads the figures. It never fails because of one.
 */
const questions = [
  'enqueue',
  'latency',
  'drain',
  'cost',
  'ledger',
  'schedules',
  'flows',
  'isolated',
  'control',
  'keys',
] as const;
type Question = (typeof questions)[number];

const { values } = parseArgs({
  options: { quick: { type: 'boolean' }, tiny: { type: 'boolean' }, only: { type: 'string' } },
});
const size = values.tiny ? sizes.tiny : values.quick ? sizes.quick : sizes.full;
const asked = values.only === undefined ? [...questions] : values.only.split(',');
const unknown = asked.filter((name) => !questions.includes(name as Question));
if (unknown.length > 0) {
  console.error(`--only takes ${questions.join(', ')}; not known: ${unknown.join(', ')}`);
  process.exit(2);
}

const since = Date.now();
const ground = await openGround();
const stops = [() => ground.stop()];
let stopping: Promise<void> | undefined;
process.once('SIGINT', () => void stop().finally(() => process.exit(130)));
process.once('SIGTERM', () => void stop().finally(() => process.exit(143)));
try {
  const raw = openRaw(ground);
  stops.push(() => raw.stop());
  const drover = await openDrover(ground);
  stops.push(() => drover.stop());
  console.log(`${conditions(ground, size)}\n`);
  for (const question of questions) {
    if (!asked.includes(question)) continue;
    for (const section of await answers(question, drover, raw)) console.log(`${print(section)}\n`);
  }
  console.log(`took ${Math.round((Date.now() - since) / 1_000)} s; load average at the end ${load()}`);
} finally {
  await stop();
}

async function answers(question: Question, drover: DroverSide, raw: RawSide): Promise<Section[]> {
  switch (question) {
    case 'drain':
      return draining(ground, [drover, raw], size);
    case 'cost':
      return [await cost(ground, [drover, raw], size)];
    case 'schedules':
      return schedules({ ground, drover, size });
    case 'flows':
      return flows({ ground, drover, raw, size });
    case 'isolated':
      return [await isolated({ ground, drover, size })];
    case 'keys':
      return [await keys({ ground, drover, size })];
    case 'control':
      return [await control({ ground, size })];
    case 'enqueue':
    case 'ledger':
    case 'latency': {
      const api = await drover.startApi();
      try {
        if (question === 'ledger') return await ledger({ ground, drover, api, size });
        if (question === 'latency') return [await latency({ ground, drover, api, raw, size })];
        return await enqueueing({ ground, drover, api, raw, size });
      } finally {
        await api.stop();
      }
    }
    default:
      return question satisfies never;
  }
}

/** Once, whoever asks first: a signal, which ends our processes too, or the end. */
function stop(): Promise<void> {
  stopping ??= (async () => {
    for (const one of stops.reverse()) await one();
  })();
  return stopping;
}

/** Without these, a figure means nothing. */
function conditions({ version }: Ground, { name, rounds }: Size): string {
  const bullmq = (createRequire(import.meta.url)('bullmq/package.json') as { version: string }).version;
  const [cpu] = cpus();
  return [
    `Drover beside BullMQ ${bullmq} · ${new Date().toISOString()} · size ${name}: medians of ${rounds} runs in turn (lowest – highest)`,
    `Node ${process.versions.node} · Redis ${version}, own, on loopback, AOF off, hz 100, hash-max-listpack-value 1024`,
    `${platform()} ${arch()} · ${cpus().length} × ${cpu?.model ?? 'CPU'} · load average at the start ${load()}`,
    'about 200 B of args a task · log level info, lines to the null device · both keep the newest 1000 finished jobs',
  ].join('\n');
}

function load(): string {
  return loadavg()
    .map((value) => value.toFixed(1))
    .join(' ');
}
