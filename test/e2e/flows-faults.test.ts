import { setTimeout as sleep } from 'node:timers/promises';
import type { Flow } from '@drover/core';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { createChance } from '../chance.ts';
import { eventually } from '../eventually.ts';
import { type FaultStage, startFaultStage } from '../fault-stage.ts';
import { expectedEnds, faultsOfFlow, type Plan, randomPlan, requestOfPlan } from '../flow-chance.ts';
import type { TestProcess } from '../processes.ts';

const isSoak = process.env.SOAK !== undefined;
const flowCount = isSoak ? 500 : 30;
const atOnce = 10;
const killEveryMs = 2_500;
const env = { LOCK_SECONDS: '3', CONCURRENCY: '20' };

let stage: FaultStage;

beforeAll(async () => {
  stage = await startFaultStage();
});

afterAll(() => stage.stop());

/** Kills one of the workers now and then, and starts another. */
async function disturb(
  workers: TestProcess[],
  chance: ReturnType<typeof createChance>,
  ending: AbortSignal,
): Promise<number> {
  let kills = 0;
  while (!ending.aborted) {
    await sleep(killEveryMs * (0.5 + chance.next()), undefined, { signal: ending }).catch(() => undefined);
    if (ending.aborted) return kills;
    const at = chance.between(0, workers.length - 1);
    await workers[at]?.kill();
    kills += 1;
    workers[at] = await stage.startWorker(env);
  }
  return kills;
}

test('random flows end as the rules say, whichever worker is killed when and whatever is cancelled', async () => {
  const chance = createChance();
  const workers = [await stage.startWorker(env), await stage.startWorker(env)];
  const { client } = stage;
  await eventually(() => client.models.get('probe'), 30_000);
  const ending = new AbortController();
  const disturbing = disturb(workers, createChance(chance.seed + 1), ending.signal);
  const ended: { plan: Plan[]; flow: Flow }[] = [];
  const one = async (number: number) => {
    const plan = randomPlan(chance);
    const isCancelled = chance.next() < 0.2;
    const [cancelAfterMs, kills] = [chance.between(0, 600), chance.next() < 0.5];
    const { id } = await client.flows.create(requestOfPlan(plan, `flow ${number}`));
    if (isCancelled) {
      await sleep(cancelAfterMs);
      await client.flows.cancel(id, { running: kills ? 'kill' : 'leave' });
    }
    const flow = await eventually(async () => {
      const found = await client.flows.get(id);
      expect(
        found.state,
        `flow ${id}: ${JSON.stringify(found.tasks.filter(({ finishedAt }) => finishedAt === undefined))}`,
      ).not.toBe('running');
      return found;
    }, 120_000);
    ended.push({ plan, flow });
  };
  for (let at = 0; at < flowCount; at += atOnce) {
    await Promise.all(Array.from({ length: Math.min(atOnce, flowCount - at) }, (_, index) => one(at + index)));
  }
  ending.abort();
  const kills = await disturbing;
  const faults = ended.flatMap(({ plan, flow }) => faultsOfFlow(plan, flow).map((fault) => `${flow.id}: ${fault}`));
  expect(faults).toEqual([]);
  const { items } = await client.tasks.list({ state: 'depends' });
  expect(items).toEqual([]);
  const lost = ended.flatMap(({ flow }) => flow.tasks).length;
  console.log(`${ended.length} flows, ${lost} tasks, ${kills} kills`);
  expect(ended).toHaveLength(flowCount);
}, 1_800_000);

test('the reference knows what cancels, what goes on and what is passed over', () => {
  const task = (key: string, does: Plan['does'], more: Partial<Plan> = {}): Plan => ({
    key,
    does,
    result: 1,
    dependsOn: [],
    ...more,
  });
  const on = (key: string, onFailure: 'cancel' | 'continue' = 'cancel') => ({ key, onFailure });
  const plan = [
    task('a', 'fail'),
    task('b', 'succeed', { dependsOn: [on('a')] }),
    task('c', 'succeed', { dependsOn: [on('a', 'continue')] }),
    task('d', 'succeed', { dependsOn: [on('c')], when: { key: 'c', is: 2 } }),
    task('e', 'succeed', { dependsOn: [on('d')] }),
    task('f', 'succeed', { dependsOn: [on('d', 'continue'), on('b', 'continue')] }),
  ];
  expect(Object.fromEntries(expectedEnds(plan, new Set()))).toEqual({
    a: 'error',
    b: 'cancelled',
    c: 'done',
    d: 'skipped',
    e: 'cancelled',
    f: 'done',
  });
  expect(expectedEnds(plan, new Set(['c'])).get('d')).toBe('cancelled');
  expect(expectedEnds(plan, new Set(), new Set(['c'])).get('c')).toBe('error');
});
