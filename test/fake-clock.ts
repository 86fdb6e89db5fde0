import { existsSync } from 'node:fs';
import { mkdtemp, rename, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { cachedDebianPackages, createLogger, type FetchedPackages, fetchDebianPackages } from '@drover/runtime';

/** A clock that processes see in place of the machine's, to be set while they run. What lasts is measured as ever. */
export type FakeClock = {
  /** For the environment of the processes that are to see it. */
  env: Record<string, string>;
  /** So far ahead of the machine's, ms. Negative: behind. At first 0. */
  set(aheadMs: number): Promise<void>;
  remove(): Promise<void>;
};

/** @throws Error where libfaketime is not to be had: it comes with the distribution's package, fetched without root */
export async function createFakeClock(): Promise<FakeClock> {
  const library = libraryIn((await cachedDebianPackages('faketime', process.env)) ?? (await fetch()));
  const folder = await mkdtemp(join(tmpdir(), 'drover-clock-'));
  const file = join(folder, 'clock');
  const set = async (aheadMs: number) => {
    // Whoever reads it finds the old one or the new one.
    await writeFile(`${file}.new`, `${aheadMs < 0 ? '-' : '+'}${Math.abs(aheadMs) / 1_000}s\n`);
    await rename(`${file}.new`, file);
  };
  await set(0);
  return {
    env: {
      LD_PRELOAD: library,
      FAKETIME_TIMESTAMP_FILE: file,
      FAKETIME_NO_CACHE: '1',
      DONT_FAKE_MONOTONIC: '1',
      FAKETIME_DONT_FAKE_MONOTONIC: '1',
      NO_FAKE_STAT: '1',
    },
    set,
    remove: () => rm(folder, { recursive: true, force: true }),
  };
}

function fetch(): Promise<FetchedPackages> {
  const logger = createLogger({ name: 'test', level: 'info' });
  const onProgress = (step: string) => logger.info(`libfaketime: ${step}`);
  return fetchDebianPackages({ name: 'faketime', packages: ['libfaketime'], env: process.env, onProgress });
}

/** The one for programs with several threads. */
function libraryIn({ libraryPath }: FetchedPackages): string {
  const files = libraryPath.split(':').map((folder) => join(folder, 'libfaketimeMT.so.1'));
  const library = files.find((file) => existsSync(file));
  if (library === undefined)
    throw new Error(`the package libfaketime holds no libfaketimeMT.so.1: ${files.join(', ')}`);
  return library;
}
