import { mkdir, open, realpath, rename, rm } from 'node:fs/promises';
import { basename, dirname, join, sep } from 'node:path';
import { fileURLToPath } from 'node:url';
import { DataError, limits, PermanentError, ResourceError } from '@drover/core';
import { z } from 'zod';

/**
 * Files that methods read and write lie in the worker's data folder, and are named relative to it: `orders/today.csv`.
 * Nothing leads out of it: no `..`, no absolute path, no symbolic link to elsewhere; hidden files are ours. Beside it
 * there are the shipped samples, read-only, as `sample:orders.csv`.
 */
const pathPattern = '[^./\\\\:\\p{Cc}][^/\\\\:\\p{Cc}]*(?:/[^./\\\\:\\p{Cc}][^/\\\\:\\p{Cc}]*)*';
const samplePattern = 'sample:[a-z0-9_-]+\\.[a-z]+';

export const DataPath = z
  .string()
  .min(1)
  .max(limits.pathLength)
  .regex(
    new RegExp(`^${pathPattern}$`, 'u'),
    'a path in the data folder, for example "orders/today.csv": relative, without "..", ":" or hidden parts',
  );

/** Something to read: a path in the data folder, or `sample:` and the name of a shipped sample. */
export const DataReference = z
  .string()
  .min(1)
  .max(limits.pathLength)
  .regex(
    new RegExp(`^(?:${samplePattern}|${pathPattern})$`, 'u'),
    'a path in the data folder, for example "orders/today.csv", or a sample, "sample:orders.csv"',
  );

/** The same, or the address of a file on the web. */
export const DataSource = z
  .string()
  .min(1)
  .max(limits.urlLength)
  .regex(
    new RegExp(`^(?:https?://\\S+|${samplePattern}|${pathPattern})$`, 'u'),
    'a path in the data folder, a sample such as "sample:orders.csv", or an http: or https: address',
  );

const samplePrefix = 'sample:';
/** The same distance from `src` and from `dist`. */
const sampleFolder = fileURLToPath(new URL('../../sample/', import.meta.url));

/**
 * The absolute path of a file to read.
 *
 * @throws DataError when there is none; PermanentError when it lies outside of the data folder.
 */
export async function fileToRead(dataDir: string, reference: string): Promise<string> {
  const isSample = reference.startsWith(samplePrefix);
  const folder = isSample ? sampleFolder : dataDir;
  const path = join(folder, DataPath.parse(isSample ? reference.slice(samplePrefix.length) : reference));
  try {
    const [root, real] = await Promise.all([realpath(folder), realpath(path)]);
    assertInside(root, real, reference);
    return real;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'ENOENT') throw fileError(error, reference);
    throw new DataError(isSample ? `there is no ${reference}` : `there is no file "${reference}" in the data folder`);
  }
}

/**
 * The absolute path of a file to write; its folder is made.
 *
 * @throws PermanentError when it lies outside of the data folder; ResourceError when the disk is full.
 */
export async function fileToWrite(dataDir: string, path: string): Promise<string> {
  const target = join(dataDir, DataPath.parse(path));
  try {
    await mkdir(dataDir, { recursive: true });
    const root = await realpath(dataDir);
    // Checked before anything is made: a link on the way must not let us make folders elsewhere.
    assertInside(root, await nearestReal(dirname(target)), path);
    await mkdir(dirname(target), { recursive: true });
    const folder = await realpath(dirname(target));
    assertInside(root, folder, path);
    return join(folder, basename(target));
  } catch (error) {
    throw fileError(error, path);
  }
}

/** Writes a whole file at once: readers see the old one or the new one, whatever happens in between. */
export async function writeWhole(path: string, content: string): Promise<void> {
  const part = join(dirname(path), `.${basename(path)}.${crypto.randomUUID()}.part`);
  try {
    const file = await open(part, 'wx');
    try {
      await file.writeFile(content);
      await file.sync();
    } finally {
      await file.close();
    }
    await rename(part, path);
  } catch (error) {
    await rm(part, { force: true });
    throw fileError(error, basename(path));
  }
}

/** What a failure of the file system means for the task. */
export function fileError(error: unknown, name: string): unknown {
  const { code, message } = error as NodeJS.ErrnoException;
  switch (code) {
    case 'ENOSPC':
    case 'EDQUOT':
    case 'EMFILE':
    case 'ENFILE':
      return new ResourceError(`"${name}": ${message}`, { cause: error });
    case 'EACCES':
    case 'EISDIR':
    case 'ELOOP':
    case 'ENAMETOOLONG':
    case 'ENOTDIR':
    case 'EPERM':
    case 'EROFS':
      return new PermanentError(`"${name}": ${message}`, { cause: error });
    default:
      return error;
  }
}

function assertInside(root: string, real: string, shown: string): void {
  if (real === root || real.startsWith(root + sep)) return;
  throw new PermanentError(`"${shown}" leads out of the data folder`);
}

async function nearestReal(path: string): Promise<string> {
  try {
    return await realpath(path);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'ENOENT' || dirname(path) === path) throw error;
    return nearestReal(dirname(path));
  }
}
