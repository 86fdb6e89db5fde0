import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { freemem, hostname, totalmem } from 'node:os';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { eventually } from '../eventually.ts';
import { type FaultStage, startFaultStage } from '../fault-stage.ts';
import { makeMemoryGroup } from '../memory-group.ts';

const MiB = 1_048_576;
const containerMb = 512;

/** A container on Linux. A process that may not make one takes a part of what the machine has. */
const group = makeMemoryGroup(containerMb * MiB);
/** What may be used, and what a hog takes: on the machine some points more than is used now, as others use it too. */
function roomNow(): { percent: number; hogMb: number } {
  if (group !== undefined) return { percent: 80, hogMb: 440 };
  console.log('No container may be made here: begin and holding back are seen on the machine, the end is not.');
  const percent = Math.ceil(100 * (1 - freemem() / totalmem())) + 4;
  return { percent, hogMb: Math.ceil((totalmem() / MiB) * 0.1) };
}

let stage: FaultStage;

beforeAll(async () => {
  stage = await startFaultStage();
});

afterAll(async () => {
  await stage?.stop();
  await group?.remove();
});

/** A process that holds memory, of the group if there is one, and does nothing else. */
function startHog(hogMb: number) {
  const hold = `const held = Buffer.alloc(${hogMb} * ${MiB}, 1); setInterval(() => held.length, 1000)`;
  // It enters the group before it takes anything.
  const enter = 'echo $$ > "$0" && exec "$1" -e "$2"';
  const child = spawn('/bin/sh', ['-c', enter, group?.procs ?? '/dev/null', process.execPath, hold], {
    stdio: 'ignore',
  });
  return {
    async kill() {
      if (child.exitCode !== null || child.signalCode !== null) return;
      const gone = once(child, 'exit');
      child.kill('SIGKILL');
      await gone;
    },
  };
}

test('while another process eats up the memory, low priority waits; when it is gone, it runs', async () => {
  const room = roomNow();
  const worker = await stage.startWorker({ MEMORY_PERCENT: String(room.percent) });
  group?.add(worker.pid);
  const shown = async () => {
    const workers = await stage.client.workers.list();
    return workers.find(({ id }) => id === `${hostname()}-${worker.pid}`);
  };
  const memoryLimitMb = group === undefined ? expect.any(Number) : containerMb;
  await eventually(async () => expect(await shown()).toMatchObject({ memoryLimitMb }), 20_000);
  expect((await shown())?.pressure).toBeUndefined();

  const hog = startHog(room.hogMb);
  try {
    await worker.wrote('pressure began', 60_000);
    await eventually(async () => expect((await shown())?.pressure).toMatchObject([{ kind: 'memory' }]));
    const patient = await stage.client.tasks.enqueue({ model: 'probe', method: 'echo', priority: 200 });
    const urgent = await stage.client.tasks.enqueue({ model: 'probe', method: 'echo', priority: 10 });
    await stage.until(urgent.id, 'done');
    expect(await stage.client.tasks.get(patient.id)).toMatchObject({ state: 'waiting' });
    const { reasons } = await stage.client.tasks.explain(patient.id);
    expect(reasons.map(({ code }) => code)).toContain('memory_pressure');
    await hog.kill();
    // It ends well below where it began: on a machine, what was there before may be more than that.
    if (group === undefined) return;
    await stage.until(patient.id, 'done');
    await worker.wrote('pressure ended', 30_000);
  } finally {
    await hog.kill();
  }
});
