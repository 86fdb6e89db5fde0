import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir, totalmem } from 'node:os';
import { dirname, join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { CpuMeter } from './cpu.ts';
import { readDisk } from './disk.ts';
import { openMachine } from './machine.ts';
import { readMemory } from './memory.ts';

const MiB = 1_048_576;
let root: string;

beforeEach(async () => {
  root = await mkdtemp(join(tmpdir(), 'drover-machine-'));
});

afterEach(() => rm(root, { recursive: true, force: true }));

/** Files as Linux has them, below the root. */
async function has(files: Record<string, string | number>): Promise<void> {
  for (const [name, content] of Object.entries(files)) {
    const file = join(root, name);
    await mkdir(dirname(file), { recursive: true });
    await writeFile(file, `${content}\n`);
  }
}

const host = { 'proc/meminfo': 'MemTotal:       4194304 kB\nMemFree:  100 kB\nMemAvailable:   3145728 kB' };

test('without a container, memory is that of the host, and what the system can give up is free', async () => {
  await has(host);
  expect(await readMemory(root)).toEqual({ usedBytes: 1_024 * MiB, limitBytes: 4_096 * MiB, of: 'host' });
});

test('a container of version 2 has its own limit, and files that nobody reads do not count', async () => {
  await has({
    ...host,
    'proc/self/cgroup': '0::/',
    'sys/fs/cgroup/memory.max': 512 * MiB,
    'sys/fs/cgroup/memory.current': 300 * MiB,
    'sys/fs/cgroup/memory.stat': `anon 1\ninactive_anon 7\ninactive_file ${100 * MiB}\nactive_file 5`,
  });
  expect(await readMemory(root)).toEqual({ usedBytes: 200 * MiB, limitBytes: 512 * MiB, of: 'container' });
});

test('of groups around each other the fullest counts', async () => {
  const group = 'sys/fs/cgroup/kubepods/pod7';
  await has({
    ...host,
    'proc/self/cgroup': '0::/kubepods/pod7/worker',
    [`${group}/worker/memory.max`]: 1_024 * MiB,
    [`${group}/worker/memory.current`]: 100 * MiB,
    [`${group}/memory.max`]: 2_048 * MiB,
    [`${group}/memory.current`]: 2_000 * MiB,
    'sys/fs/cgroup/kubepods/memory.max': 'max',
    'sys/fs/cgroup/kubepods/memory.current': 3_000 * MiB,
  });
  expect(await readMemory(root)).toEqual({ usedBytes: 2_000 * MiB, limitBytes: 2_048 * MiB, of: 'container' });
});

test('a container of version 1 that sees the path of its host has the limit of the group that it sees', async () => {
  await has({
    ...host,
    'proc/self/cgroup': '5:cpuset:/\n4:memory:/docker/abc\n3:cpu,cpuacct:/docker/abc\n0::/',
    'sys/fs/cgroup/memory/memory.limit_in_bytes': 256 * MiB,
    'sys/fs/cgroup/memory/memory.usage_in_bytes': 200 * MiB,
    'sys/fs/cgroup/memory/memory.stat': `inactive_file 1\ntotal_inactive_file ${50 * MiB}`,
  });
  expect(await readMemory(root)).toEqual({ usedBytes: 150 * MiB, limitBytes: 256 * MiB, of: 'container' });
});

test('a container without a limit has what its host has', async () => {
  await has({
    ...host,
    'proc/self/cgroup': '4:memory:/\n0::/',
    'sys/fs/cgroup/memory/memory.limit_in_bytes': '9223372036854771712',
    'sys/fs/cgroup/memory/memory.usage_in_bytes': 200 * MiB,
  });
  expect(await readMemory(root)).toMatchObject({ of: 'host' });
});

test('where the system tells nothing, memory is what Node knows of it', async () => {
  expect(await readMemory(root)).toMatchObject({ limitBytes: totalmem(), of: 'host' });
});

test('CPU is what was used of the quota of a container since the last reading', async () => {
  let now = 0;
  const meter = new CpuMeter(root, () => now);
  const uses = (usec: number) =>
    has({
      'proc/self/cgroup': '0::/',
      'sys/fs/cgroup/cpu.max': '200000 100000',
      'sys/fs/cgroup/cpu.stat': `usage_usec ${usec}\nuser_usec 1`,
    });
  await uses(5_000_000);
  expect(await meter.read()).toBeUndefined();
  now = 2_000;
  await uses(8_000_000);
  // Three seconds of the four that two cores have in two.
  expect(await meter.read()).toEqual({ percent: 75, of: 'container' });
  expect(await meter.read(), 'no time has gone by').toBeUndefined();
});

test('a quota of version 1 is counted in a tree beside it', async () => {
  let now = 0;
  const meter = new CpuMeter(root, () => now);
  const uses = (nanos: number) =>
    has({
      'proc/self/cgroup': '3:cpu,cpuacct:/docker/abc',
      'sys/fs/cgroup/cpu/cpu.cfs_quota_us': 50_000,
      'sys/fs/cgroup/cpu/cpu.cfs_period_us': 100_000,
      'sys/fs/cgroup/cpuacct/cpuacct.usage': nanos,
    });
  await uses(0);
  await meter.read();
  now = 1_000;
  await uses(480e6);
  expect(await meter.read()).toEqual({ percent: 96, of: 'container' });
});

test('without a quota, CPU is that of the host: waiting for a disk is no work', async () => {
  const meter = new CpuMeter(root);
  const groups = { 'proc/self/cgroup': '0::/', 'sys/fs/cgroup/cpu.max': 'max 100000' };
  await has({ ...groups, 'proc/stat': 'cpu  100 0 100 800 0 0 0 0 50 0\ncpu0 1 1 1 1' });
  await meter.read();
  await has({ ...groups, 'proc/stat': 'cpu  150 0 130 810 10 0 0 0 90 0\ncpu0 1 1 1 1' });
  expect(await meter.read()).toEqual({ percent: 80, of: 'host' });
});

test('a folder that is not there yet is on the disk of the one above it', async () => {
  const known = await readDisk([root]);
  expect(known?.percent).toBeGreaterThan(0);
  const coming = await readDisk([join(root, 'a', 'b')]);
  expect(coming?.percent).toBeCloseTo(known?.percent ?? 0, 0);
  expect(await readDisk([])).toBeUndefined();
});

test('what cannot be read is missing, and nothing is thrown', async () => {
  await has({ 'proc/meminfo': 'nonsense', 'proc/self/cgroup': 'nonsense\n::', 'proc/stat': 'cpu' });
  const machine = openMachine({ folders: [], root });
  await machine.read();
  expect(await machine.read()).toMatchObject({ disk: undefined });
});
