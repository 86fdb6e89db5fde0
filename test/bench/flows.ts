import { setTimeout as sleep } from 'node:timers/promises';
import { FlowRequest, type FlowRequestInput } from '@drover/core';
import { type FlowJob, FlowProducer } from 'bullmq';
import type { DroverSide } from './drover-side.ts';
import type { Ground } from './ground.ts';
import { jobData, taskRequest } from './payload.ts';
import type { RawSide } from './raw-side.ts';
import { type Claim, ratio, type Section } from './report.ts';
import { interleave, type Subject, valuesOf } from './series.ts';
import type { Workers } from './side.ts';
import type { Size } from './size.ts';

type Parts = { ground: Ground; drover: DroverSide; raw: RawSide; size: Size };
type Flows = Parts & { producer: FlowProducer };

/** Worker processes, and tasks that each runs at a time. */
const shapes = [
  { processes: 1, concurrency: 50 },
  { processes: 2, concurrency: 50 },
];
const lookMs = 10;
const endsWithinMs = 60_000;

/** How fast a flow is run in which one task waits for all others, and how long Redis serves nobody else while one is added. */
export async function flows(parts: Parts): Promise<Section[]> {
  const { ground, raw } = parts;
  const producer = new FlowProducer({ connection: ground.redis, prefix: raw.prefix });
  try {
    const all = { ...parts, producer };
    return [...(await fanIn(all)), await adding(all)];
  } finally {
    await producer.close();
  }
}

async function fanIn(parts: Flows): Promise<Section[]> {
  const { drover, raw, size } = parts;
  const { tasks, inARow } = size.flows;
  const sections: Section[] = [];
  for (const shape of shapes) {
    const workers: Workers[] = [];
    for (const side of [drover, raw]) workers.push(await side.startWorkers(shape));
    const subjects = [
      fannedIn(parts, drover, () => droverFanIn(drover, tasks)),
      fannedIn(parts, raw, () => rawFanIn(parts, tasks)),
    ];
    const all = await interleave(subjects, size.rounds);
    for (const started of workers) await started.stop();
    const lines = all.map((series) => ({ name: series.name, values: valuesOf(series, 'perSecond') }));
    const { processes, concurrency } = shape;
    sections.push({
      title: `Fan-in of ${tasks - 1}, ${inARow} flows in a row, ${processes} worker process${processes > 1 ? 'es' : ''}, ${concurrency} tasks at a time each`,
      unit: 'tasks a second, from before a flow is added to the end of the task that waits for all others',
      lines,
      claims: lines[0] && lines[1] ? [ratio('Drover ÷ BullMQ', lines[0], lines[1], { atLeast: 0.5 })] : [],
    });
  }
  return sections;
}

/** `run` adds a flow, waits for its last task, and answers when that ended, Unix ms. */
function fannedIn(
  { ground, size }: Parts,
  side: DroverSide | RawSide,
  run: () => Promise<number>,
): Subject<'perSecond'> {
  const { tasks, inARow } = size.flows;
  return {
    name: side.name,
    async run() {
      await ground.clean();
      await side.resume();
      let ms = 0;
      for (let n = 0; n < inARow; n += 1) {
        const since = Date.now();
        ms += (await run()) - since;
      }
      return { perSecond: ((tasks * inARow) / ms) * 1_000 };
    },
  };
}

async function droverFanIn({ cluster }: DroverSide, tasks: number): Promise<number> {
  const { id, tasks: nodes } = await cluster.flows.create(fanInOf(tasks), {});
  const last = nodes.at(-1)?.id ?? '';
  const endedAt = await eventually(async () => (await cluster.tasks.get(last, {})).finishedAt);
  const { state, counts } = await cluster.flows.get(id, {});
  if (counts.done !== tasks) throw new Error(`Drover: the flow is ${state}, ${counts.done} of ${tasks} tasks are done`);
  return Date.parse(endedAt);
}

async function rawFanIn({ producer, raw }: Flows, tasks: number): Promise<number> {
  const children = Array.from({ length: tasks - 1 }, () => rawJob(raw));
  const { job } = await producer.add({ ...rawJob(raw), children });
  const endedAt = await eventually(async () => (await raw.queue.getJob(job.id ?? ''))?.finishedOn);
  const { processed = 0 } = await job.getDependenciesCount({ processed: true });
  if (processed !== tasks - 1) throw new Error(`BullMQ: ${processed} of ${tasks - 1} children are done`);
  return endedAt;
}

async function eventually<T>(look: () => Promise<T | undefined>): Promise<T> {
  const until = Date.now() + endsWithinMs;
  for (;;) {
    const seen = await look();
    if (seen !== undefined) return seen;
    if (Date.now() > until) throw new Error(`the last task of a flow did not end within ${endsWithinMs} ms`);
    await sleep(lookMs);
  }
}

/** No worker is there. A job of BullMQ has one parent at most: it has no fan-out to stand beside. */
async function adding(parts: Flows): Promise<Section> {
  const { drover, raw, producer, size } = parts;
  const { tasks } = size.flows;
  const create = (request: FlowRequest) => drover.cluster.flows.create(request, {}, { unchecked: true });
  const [chain, fanOut, rawChain] = [chainOf(tasks), fanOutOf(tasks), rawChainOf(raw, tasks)];
  const subjects = [
    added(parts, `Drover, a chain of ${tasks}`, () => create(chain)),
    added(parts, `Drover, a fan-out: one task, and ${tasks - 1} that wait for it`, () => create(fanOut)),
    added(parts, `BullMQ, a chain of ${tasks}`, () => producer.add(rawChain)),
  ];
  const all = await interleave(subjects, size.rounds);
  const blocked = all.map((series) => ({ name: series.name, values: valuesOf(series, 'blockedMs') }));
  const answered = all.map((series) => ({
    name: `${series.name}, until it is answered`,
    values: valuesOf(series, 'answeredMs'),
  }));
  const claims = blocked.slice(0, 2).map(
    ({ name, values }): Claim => ({
      text: `${name}: the longest of all`,
      value: Math.max(...values),
      aim: { below: 150, unit: 'ms' },
    }),
  );
  return {
    title: 'Adding a flow: how long Redis serves nobody else',
    unit: 'ms, the longest command by its own clock',
    lines: [...blocked, ...answered],
    claims,
  };
}

function added({ ground }: Parts, name: string, add: () => Promise<unknown>): Subject<'blockedMs' | 'answeredMs'> {
  return {
    name,
    async run() {
      await ground.clean();
      let answeredMs = Number.NaN;
      const blockedMs = await ground.longestCommandMs(async () => {
        const since = performance.now();
        await add();
        answeredMs = performance.now() - since;
      });
      return { blockedMs, answeredMs };
    },
  };
}

/** A flow of so many tasks, of which each waits for those that are named. */
function flowOf(tasks: number, dependsOn: (n: number) => string[]): FlowRequest {
  const request: FlowRequestInput = {
    tasks: Array.from({ length: tasks }, (_, n) => ({ ...taskRequest, key: `t${n}`, dependsOn: dependsOn(n) })),
  };
  return FlowRequest.parse(request);
}

function fanInOf(tasks: number): FlowRequest {
  const last = tasks - 1;
  const others = Array.from({ length: last }, (_, n) => `t${n}`);
  return flowOf(tasks, (n) => (n === last ? others : []));
}

const chainOf = (tasks: number) => flowOf(tasks, (n) => (n === 0 ? [] : [`t${n - 1}`]));
const fanOutOf = (tasks: number) => flowOf(tasks, (n) => (n === 0 ? [] : ['t0']));

function rawJob({ queue }: RawSide): FlowJob {
  return { name: 'bench.noop', queueName: queue.name, data: jobData };
}

function rawChainOf(raw: RawSide, tasks: number): FlowJob {
  let chain = rawJob(raw);
  for (let n = 1; n < tasks; n += 1) chain = { ...rawJob(raw), children: [chain] };
  return chain;
}
