import { readdir, readFile } from 'node:fs/promises';
import type { TaskContext } from '@drover/core';
import { fileToRead, fileToWrite, writeWhole } from '../data/data-folder.ts';

/**
 * Records kept as files in a folder of the data folder, one each: `invoices/INV-10001.json`. Every write is whole, and
 * the same write twice leaves the same file, so that a task may run again.
 */
export function records<T>({ dataDir }: TaskContext, folder: string) {
  const path = (id: string) => `${folder}/${id}.json`;
  return {
    path,
    async read(id: string): Promise<T | undefined> {
      try {
        return JSON.parse(await readFile(await fileToRead(dataDir, path(id)), 'utf8')) as T;
      } catch (error) {
        if ((error as Error).message.startsWith('there is no file')) return undefined;
        throw error;
      }
    },
    async write(id: string, record: T): Promise<void> {
      await writeWhole(await fileToWrite(dataDir, path(id)), `${JSON.stringify(record, null, 2)}\n`);
    },
    /** How many there are. */
    async count(): Promise<number> {
      const anyFile = await fileToWrite(dataDir, path('count'));
      const names = await readdir(anyFile.slice(0, anyFile.lastIndexOf('/')));
      return names.filter((name) => name.endsWith('.json') && !name.startsWith('.')).length;
    },
  };
}
