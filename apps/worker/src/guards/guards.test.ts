import type { HoldBack } from '@drover/broker';
import type { MachineReading } from '@drover/runtime';
import { afterEach, expect, test } from 'vitest';
import { Guards } from './guards.ts';
import type { GuardLimits } from './pressures.ts';

const MiB = 1_048_576;
const nowMs = Date.parse('2026-11-26T08:00:00.000Z');
const stops: (() => void)[] = [];
afterEach(() => {
  for (const stop of stops.splice(0)) stop();
});

type Asked = {
  /** After so many looks. */
  concurrency?: (looks: number) => number;
  limits?: Partial<GuardLimits>;
  /** Whether a clean-up can be asked for. Default: true. */
  cleansUp?: boolean;
};

/** Guards that have seen these readings, one after the other, and what they did. */
async function guardsAfter(
  readings: MachineReading[],
  { concurrency = () => 8, limits = {}, cleansUp = true }: Asked = {},
) {
  const holds: HoldBack[] = [];
  const lines: string[] = [];
  let cleanUps = 0;
  const left = [...readings];
  let tellSeen = () => {};
  const seen = new Promise<void>((resolve) => {
    tellSeen = resolve;
  });
  const log = ({ kind = '' }: Record<string, unknown>, message: string) => lines.push(`${kind} ${message}`.trim());
  const guards = new Guards({
    machine: {
      async read() {
        const reading = left.shift();
        if (reading !== undefined) return reading;
        guards.stop();
        tellSeen();
        return {};
      },
    },
    limits: { memory: 80, cpu: 90, disk: 90, ...limits },
    worker: { concurrency: () => concurrency(readings.length - left.length), holdBack: (how) => holds.push(how) },
    cleanUp: async () => {
      cleanUps += 1;
      if (!cleansUp) await new Promise(() => {});
      return cleanUps === 1 ? ['system.disk.cleanup'] : [];
    },
    logger: { info: log, warn: log },
    everyMs: 1,
    now: () => nowMs,
  });
  stops.push(() => guards.stop());
  guards.start();
  await seen;
  return { guards, holds, lines, cleanUps };
}

const memory = (percent: number): MachineReading => ({
  ...calm,
  memory: { usedBytes: percent * 10 * MiB, limitBytes: 1_000 * MiB, of: 'container' },
});
const cpu = (percent: number): MachineReading => ({ ...calm, cpu: { percent, of: 'host' } });
const disk = (percent: number): MachineReading => ({
  ...calm,
  disk: { percent, folder: '/data', freeBytes: 512 * MiB },
});
const calm: MachineReading = {
  memory: { usedBytes: 100 * MiB, limitBytes: 1_000 * MiB, of: 'container' },
  cpu: { percent: 5, of: 'host' },
  disk: { percent: 50, folder: '/data', freeBytes: 9_000 * MiB },
};

test('a worker on a machine with room is left alone, and tells what memory it has', async () => {
  const { guards, holds, lines } = await guardsAfter([calm, calm, calm]);
  expect(holds).toEqual([]);
  expect(lines).toEqual([]);
  expect(guards.status()).toEqual({ memoryLimitMb: 1_000 });
});

test('while memory is short only urgent tasks are taken; its beginning and its end are one line each', async () => {
  const readings = [85, 85, 92, 75, 75, 60, 60, 60].map(memory);
  const { guards, holds, lines } = await guardsAfter(readings);
  expect(holds.map(({ highestPriority }) => highestPriority)).toEqual([100, 0]);
  expect(lines).toEqual(['memory pressure began', 'memory pressure ended']);
  expect(guards.status()).toEqual({ memoryLimitMb: 1_000 });
});

test('a pressure is told with what is measured and what is held back', async () => {
  const { guards } = await guardsAfter([memory(85), memory(92.5)]);
  expect(guards.status().pressure).toEqual([
    {
      kind: 'memory',
      percent: 92.5,
      since: '2026-11-26T08:00:00.000Z',
      message:
        '925 of the 1000 MB of the container are in use, more than 80 %: tasks with a priority number above 100 wait.',
    },
  ]);
});

test('while the CPU is busy fewer tasks run at a time, step by step, and more again when it is calm', async () => {
  const { holds, guards } = await guardsAfter([95, 95, 95, 95, 95, 85, 20, 20, 20, 20].map(cpu));
  const all = Number.POSITIVE_INFINITY;
  expect(holds.map(({ concurrencyMax }) => concurrencyMax)).toEqual([4, 2, 1, 2, 4, all]);
  expect(guards.status().concurrencyNow).toBeUndefined();
});

test('how many run at a time while the CPU is busy is told beside what is set', async () => {
  const { guards } = await guardsAfter([cpu(95), cpu(95), cpu(95)], { concurrency: () => 50 });
  expect(guards.status()).toMatchObject({
    concurrencyNow: 12,
    pressure: [{ message: 'The CPU of the host is busy to more than 90 %: 12 instead of 50 tasks at a time.' }],
  });
});

test('a disk that is nearly full is cleaned up, and is known to be full', async () => {
  const { guards, holds, lines } = await guardsAfter([disk(95), disk(95), disk(95)]);
  expect(guards.isDiskFull).toBe(true);
  expect(holds).toHaveLength(1);
  expect(lines).toEqual(['disk pressure began', 'clean-up was asked for: the disk is nearly full']);
  expect(guards.status().pressure?.[0]?.message).toBe(
    'The disk of /data is full to more than 90 %, 512 MB are free: clean-up methods run, and nothing begins that needs disk.',
  );
});

test('while a clean-up cannot be asked for, memory is looked at all the same', async () => {
  const full = { ...memory(95), disk: { percent: 95, folder: '/data', freeBytes: 512 * MiB } };
  const { holds, cleanUps } = await guardsAfter([disk(95), disk(95), full, full], { cleansUp: false });
  expect(holds.map(({ highestPriority }) => highestPriority)).toEqual([0, 100]);
  expect(cleanUps).toBe(1);
});

test('a worker that may run more tasks while the CPU is busy is held back by what it may run now', async () => {
  const concurrency = (looks: number) => (looks < 5 ? 8 : 80);
  const { holds } = await guardsAfter([95, 95, 95, 95, 85, 85, 85].map(cpu), { concurrency });
  expect(holds.map(({ concurrencyMax }) => concurrencyMax)).toEqual([4, 2, 1, 10]);
});

test('what cannot be read has no guard, and that is said once', async () => {
  const blind: MachineReading = { ...calm, memory: undefined, cpu: undefined };
  const { lines, holds } = await guardsAfter([blind, blind, blind, calm], { limits: { cpu: 0 } });
  expect(holds).toEqual([]);
  expect(lines).toEqual([
    'memory cannot be read on this machine: its guard is off',
    'memory can be read again: its guard is on',
  ]);
});
