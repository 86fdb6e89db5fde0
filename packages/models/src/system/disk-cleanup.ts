import type { Stats } from 'node:fs';
import { lstat, opendir, rmdir, unlink } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { defineModel, limits, type Model, type TaskContext } from '@drover/core';
import { z } from 'zod';

/**
 * Frees disk. What may go:
 *
 *   `tmp` in the data folder       everything in it: whoever puts something there can do without it
 *   the rest of the data folder    Drover's unfinished files (`.orders.csv.<uuid>.part`): what wrote them goes on, or never will
 *   the system's temporary folder  what Drover itself made there
 *
 * each once it was neither made nor changed for so long. Links are never followed: a link goes as one, what it names stays;
 * where `tmp` itself is one, nothing of it goes.
 */
export type CleanedUp = {
  /** On the disk. */
  freedBytes: number;
  files: number;
  folders: number;
  /** Files and folders that were looked at. */
  lookedAt: number;
  /** What could not be deleted, with the reason; a few of them. */
  failures: string[];
  /** There was more to look at. */
  isCut: boolean;
};

const hourMs = 3_600_000;
/** A retry may come a day later, and goes on with what was written. */
const defaultHours = 24;
const partPattern = /^\..+\.[0-9a-f-]{36}\.part$/;
/** Profiles of browsers: whoever made one deletes it, unless he is killed. */
const ownPattern = /^drover-chromium-/;
const failuresMax = 10;
const timeoutSeconds = 600;

export const diskCleanUp: Model = defineModel('system.disk', {
  cleanup: {
    description:
      'Frees disk on the host where it runs: old temporary files, of the data folder and of Drover. It runs by itself where the disk is nearly full.',
    kwargs: z.strictObject({
      olderThanHours: z
        .number()
        .min(1)
        .max(8_760)
        .default(defaultHours)
        .describe('Neither made nor changed for so long.'),
    }),
    queue: 'system',
    priority: 300,
    timeoutSeconds,
    maxRetries: 0,
    isCleanUp: true,
    run: ({ kwargs: { olderThanHours } }, task) =>
      cleanUp({ dataDir: task.dataDir, temporary: tmpdir(), before: Date.now() - olderThanHours * hourMs }, task),
  },
});

type Where = {
  dataDir: string;
  temporary: string;
  /** What was made or changed since stays, Unix ms. */
  before: number;
};

type Told = Pick<TaskContext, 'signal' | 'progress'>;

export async function cleanUp({ dataDir, temporary, before }: Where, task: Told): Promise<CleanedUp> {
  const done: CleanedUp = { freedBytes: 0, files: 0, folders: 0, lookedAt: 0, failures: [], isCut: false };
  const sweep = new Sweep(before, done, task);
  await sweep.root(join(dataDir, 'tmp'), () => true);
  task.progress(33, words(done));
  await sweep.folder(dataDir, (name) => partPattern.test(name));
  task.progress(66, words(done));
  await sweep.own(temporary);
  task.progress(100, words(done));
  return done;
}

function words({ files, freedBytes }: CleanedUp): string {
  return `${files} ${files === 1 ? 'file' : 'files'} deleted, ${Math.round(freedBytes / 1_048_576)} MB freed`;
}

class Sweep {
  readonly #before: number;
  readonly #done: CleanedUp;
  readonly #task: Told;

  constructor(before: number, done: CleanedUp, task: Told) {
    this.#before = before;
    this.#done = done;
    this.#task = task;
  }

  /** As `folder` does, unless it is a link. */
  async root(path: string, mayGo: (name: string) => boolean): Promise<void> {
    const stats = await this.#look(path);
    if (stats?.isSymbolicLink()) this.#done.failures.push(`${path}: it is a link, so nothing behind it was deleted`);
    else await this.folder(path, mayGo);
  }

  /** Deletes old files with such names, in all folders below it, and old folders that are empty then where any may go. */
  async folder(path: string, mayGo: (name: string) => boolean): Promise<void> {
    for await (const name of this.#names(path)) {
      const at = join(path, name);
      const stats = await this.#look(at);
      if (stats === undefined) continue;
      if (stats.isDirectory()) {
        await this.folder(at, mayGo);
        if (mayGo(name) && this.#isOld(stats)) await this.#removeFolder(at);
      } else if (mayGo(name) && this.#isOld(stats)) {
        await this.#remove(at, stats);
      }
    }
  }

  /** Deletes what is Drover's own in a folder that others use too, if nothing in it was changed since. */
  async own(path: string): Promise<void> {
    for await (const name of this.#names(path)) {
      if (!ownPattern.test(name)) continue;
      const at = join(path, name);
      const stats = await this.#look(at);
      // Somebody else's might become a link to elsewhere while we look.
      if (stats === undefined || !stats.isDirectory() || stats.uid !== process.getuid?.()) continue;
      if (!(await this.#isAllOld(at, stats))) continue;
      await this.folder(at, () => true);
      await this.#removeFolder(at);
    }
  }

  async *#names(path: string): AsyncGenerator<string> {
    const folder = await opendir(path).catch((error: NodeJS.ErrnoException) => {
      if (error.code !== 'ENOENT') this.#fail(path, error);
    });
    if (folder === undefined) return;
    // `for await` closes the folder, also when it is left early.
    for await (const { name } of folder) {
      this.#task.signal.throwIfAborted();
      if (this.#done.lookedAt >= limits.cleanUpFiles) {
        this.#done.isCut = true;
        return;
      }
      this.#done.lookedAt += 1;
      yield name;
    }
  }

  async #look(path: string): Promise<Stats | undefined> {
    return lstat(path).catch(() => undefined);
  }

  /** What was unpacked or copied today keeps the time at which it was written elsewhere. */
  #isOld({ mtimeMs, ctimeMs, birthtimeMs }: Stats): boolean {
    return Math.max(mtimeMs, ctimeMs, birthtimeMs) < this.#before;
  }

  async #isAllOld(path: string, stats: Stats): Promise<boolean> {
    if (!this.#isOld(stats)) return false;
    if (!stats.isDirectory()) return true;
    for await (const name of this.#names(path)) {
      const inside = await this.#look(join(path, name));
      if (inside !== undefined && !(await this.#isAllOld(join(path, name), inside))) return false;
    }
    return !this.#done.isCut;
  }

  async #remove(path: string, stats: Stats): Promise<void> {
    try {
      await unlink(path);
      this.#done.files += 1;
      // What has another name still takes its place.
      if (stats.nlink === 1) this.#done.freedBytes += stats.blocks * blockBytes;
    } catch (error) {
      this.#fail(path, error as NodeJS.ErrnoException);
    }
  }

  async #removeFolder(path: string): Promise<void> {
    try {
      await rmdir(path);
      this.#done.folders += 1;
    } catch (error) {
      const { code } = error as NodeJS.ErrnoException;
      if (code !== 'ENOTEMPTY' && code !== 'EEXIST') this.#fail(path, error as NodeJS.ErrnoException);
    }
  }

  #fail(path: string, { code, message }: NodeJS.ErrnoException): void {
    if (code !== 'ENOENT' && this.#done.failures.length < failuresMax) this.#done.failures.push(`${path}: ${message}`);
  }
}

/** `stat` counts in blocks of this size, whatever the disk's own are. */
const blockBytes = 512;
