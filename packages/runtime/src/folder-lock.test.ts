import { spawnSync } from 'node:child_process';
import { mkdtemp, readdir, rm, writeFile } from 'node:fs/promises';
import { hostname, tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { withLock } from './folder-lock.ts';

let folder: string;
let file: string;

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'drover-lock-'));
  file = join(folder, 'lock');
});

afterEach(() => rm(folder, { recursive: true, force: true }));

test('one works at a time, and the lock is gone afterwards', async () => {
  let inside = 0;
  let most = 0;
  const work = () =>
    withLock(file, 10_000, async () => {
      inside += 1;
      most = Math.max(most, inside);
      await new Promise((resolve) => setTimeout(resolve, 20));
      inside -= 1;
    });
  await Promise.all(Array.from({ length: 5 }, work));
  expect(most).toBe(1);
  expect(await readdir(folder)).toEqual([]);
});

test('what fails gives the lock back', async () => {
  await expect(withLock(file, 1_000, () => Promise.reject(new Error('failed')))).rejects.toThrow('failed');
  expect(await withLock(file, 1_000, async () => 'next')).toBe('next');
});

test('the lock of a process that has died is taken over', async () => {
  const { pid } = spawnSync(process.execPath, ['-e', '']);
  await writeFile(file, JSON.stringify({ token: 'dead', host: hostname(), pid, identity: '1' }));
  expect(await withLock(file, 5_000, async () => 'mine')).toBe('mine');
});

test('the lock of a process that lives is waited for, and who waits too long is told whose it is', async () => {
  await withLock(file, 1_000, async () => {
    await expect(withLock(file, 300, async () => 'never')).rejects.toThrow(
      `Process ${process.pid} on ${hostname()} has held`,
    );
  });
});
