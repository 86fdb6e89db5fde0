import { lstat, lutimes, mkdir, mkdtemp, readdir, rm, symlink, utimes, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { cleanUp } from './disk-cleanup.ts';

const dayMs = 86_400_000;
/** The time of a file's last change cannot be set back: everything is looked at in ten days, and is young or old then. */
const nowMs = Date.now() + 10 * dayMs;
let base: string;
let dataDir: string;
let temporary: string;

beforeEach(async () => {
  base = await mkdtemp(join(tmpdir(), 'drover-cleanup-'));
  dataDir = join(base, 'data');
  temporary = join(base, 'temporary');
});

afterEach(() => rm(base, { recursive: true, force: true }));

async function file(path: string, { days, bytes = 5_000 }: { days: number; bytes?: number }): Promise<void> {
  await mkdir(dirname(path), { recursive: true });
  await writeFile(path, Buffer.alloc(bytes, 1));
  await aged(path, days);
}

function aged(path: string, days: number): Promise<void> {
  const at = new Date(nowMs - days * dayMs);
  return utimes(path, at, at);
}

const told: [percent: number, message?: string][] = [];
const sweep = (signal = new AbortController().signal, before = nowMs - dayMs) =>
  cleanUp(
    { dataDir, temporary, before },
    { signal, progress: (percent, message) => told.push(message === undefined ? [percent] : [percent, message]) },
  );

test('old files of the temporary part go with their folders, new ones stay', async () => {
  await file(join(dataDir, 'tmp/old/deep/a.bin'), { days: 2 });
  await file(join(dataDir, 'tmp/b.bin'), { days: 3, bytes: 100_000 });
  await file(join(dataDir, 'tmp/mixed/new.bin'), { days: 0.5 });
  await file(join(dataDir, 'tmp/mixed/old.bin'), { days: 2 });
  for (const folder of ['old/deep', 'old', 'mixed']) await aged(join(dataDir, 'tmp', folder), 2);
  const done = await sweep();
  expect(done).toMatchObject({ files: 3, folders: 2, failures: [], isCut: false });
  expect(done.freedBytes).toBeGreaterThanOrEqual(110_000);
  expect(await readdir(join(dataDir, 'tmp'))).toEqual(['mixed']);
  expect(await readdir(join(dataDir, 'tmp/mixed'))).toEqual(['new.bin']);
  expect(told.at(-1)).toEqual([100, '3 files deleted, 0 MB freed']);
});

test("of the rest of the data folder only what was never finished goes; people's files stay, however old", async () => {
  await file(join(dataDir, 'orders/2020.csv'), { days: 2_000 });
  const today = `.today.csv.${crypto.randomUUID()}.part`;
  await file(join(dataDir, `orders/.2020.csv.${crypto.randomUUID()}.part`), { days: 2 });
  await file(join(dataDir, 'orders', today), { days: 0.1 });
  await file(join(dataDir, 'orders/.somebody-else.part'), { days: 2_000 });
  const done = await sweep();
  expect(done).toMatchObject({ files: 1, folders: 0 });
  expect((await readdir(join(dataDir, 'orders'))).sort()).toEqual(['.somebody-else.part', today, '2020.csv']);
  expect(told.at(-1)).toEqual([100, '1 file deleted, 0 MB freed']);
});

test("of the system's temporary folder what Drover left there goes, once nothing in it is in use", async () => {
  await file(join(temporary, 'drover-chromium-a/Default/Cache'), { days: 2 });
  await file(join(temporary, 'drover-chromium-b/Default/Cache'), { days: 0 });
  await file(join(temporary, 'drover-data/appendonly.aof'), { days: 9 });
  await file(join(temporary, 'others/file'), { days: 9 });
  for (const folder of ['a/Default', 'a', 'b/Default', 'b'])
    await aged(join(temporary, `drover-chromium-${folder}`), 2);
  expect(await sweep()).toMatchObject({ files: 1, folders: 2 });
  expect((await readdir(temporary)).sort()).toEqual(['drover-chromium-b', 'drover-data', 'others']);
});

test('a link goes as one: what it names stays', async () => {
  await file(join(base, 'elsewhere/precious.bin'), { days: 9 });
  await mkdir(join(dataDir, 'tmp'), { recursive: true });
  const link = join(dataDir, 'tmp/link');
  await symlink(join(base, 'elsewhere'), link);
  await lutimes(link, new Date(nowMs - 2 * dayMs), new Date(nowMs - 2 * dayMs));
  expect(await sweep()).toMatchObject({ files: 1 });
  expect((await lstat(join(base, 'elsewhere/precious.bin'))).size).toBe(5_000);
});

test('where the temporary part is a link itself, nothing behind it goes', async () => {
  await file(join(base, 'elsewhere/precious.bin'), { days: 9 });
  await mkdir(dataDir, { recursive: true });
  await symlink(join(base, 'elsewhere'), join(dataDir, 'tmp'));
  const link = join(dataDir, 'tmp');
  expect(await sweep()).toMatchObject({
    files: 0,
    failures: [`${link}: it is a link, so nothing behind it was deleted`],
  });
  expect(await readdir(join(base, 'elsewhere'))).toEqual(['precious.bin']);
});

test('what was unpacked today stays, however old it says it is', async () => {
  await file(join(dataDir, 'tmp/of-2020.bin'), { days: 2_000 });
  const { files } = await sweep(new AbortController().signal, Date.now() - dayMs);
  expect(files).toBe(0);
  expect(await readdir(join(dataDir, 'tmp'))).toEqual(['of-2020.bin']);
});

test('without any of the folders there is nothing to do, and a second run finds nothing', async () => {
  expect(await sweep()).toMatchObject({ files: 0, lookedAt: 0, failures: [] });
  await file(join(dataDir, 'tmp/a'), { days: 2 });
  expect(await sweep()).toMatchObject({ files: 1 });
  expect(await sweep()).toMatchObject({ files: 0, freedBytes: 0 });
});

test('a kill ends it', async () => {
  await file(join(dataDir, 'tmp/a'), { days: 2 });
  await expect(sweep(AbortSignal.abort(new Error('killed')))).rejects.toThrow('killed');
  expect(await readdir(join(dataDir, 'tmp'))).toEqual(['a']);
});
