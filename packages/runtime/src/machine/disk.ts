import { statfs } from 'node:fs/promises';
import { dirname, resolve } from 'node:path';

/** The fullest disk of those looked at. `percent` as `df` has it: of what this process may use. */
export type DiskReading = { percent: number; folder: string; freeBytes: number };

/** A folder that is not there yet will be on the disk of the nearest one above it. */
export async function readDisk(folders: readonly string[]): Promise<DiskReading | undefined> {
  const readings = await Promise.all([...new Set(folders)].map((folder) => readFolder(resolve(folder), folder)));
  return readings.flatMap((reading) => reading ?? []).sort((a, b) => b.percent - a.percent)[0];
}

async function readFolder(path: string, folder: string): Promise<DiskReading | undefined> {
  try {
    const { blocks, bfree, bavail, bsize } = await statfs(path);
    const used = blocks - bfree;
    if (used + bavail <= 0) return undefined;
    const percent = Math.round((used / (used + bavail)) * 1_000) / 10;
    return { percent, folder, freeBytes: bavail * bsize };
  } catch (error) {
    const parent = dirname(path);
    const isMissing = (error as NodeJS.ErrnoException).code === 'ENOENT';
    return isMissing && parent !== path ? readFolder(parent, folder) : undefined;
  }
}
