import { readFile } from 'node:fs/promises';
import { join } from 'node:path';

/**
 * Where Linux tells what a container may use: folders of control groups, version 1 (one tree a controller) and 2 (one
 * for all). What cannot be read is not there.
 */

/** The folders of the groups that this process is in, its own first, then those around it. Each may have a limit. */
export async function groupFolders(root: string, controller: 'memory' | 'cpu'): Promise<string[]> {
  const groups = (await readText(join(root, 'proc/self/cgroup'))) ?? '';
  return groups.split('\n').flatMap((line) => {
    const [, controllers, path] = /^\d+:([^:]*):(.*)$/.exec(line) ?? [];
    if (controllers === undefined || path === undefined) return [];
    return mountsOf(controllers, controller).flatMap((mount) => levels(path).map((level) => join(root, mount, level)));
  });
}

/** Version 2 has no names of controllers; beside version 1 it is mounted one folder deeper. */
function mountsOf(controllers: string, controller: string): string[] {
  if (controllers === '') return ['sys/fs/cgroup', 'sys/fs/cgroup/unified'];
  return controllers.split(',').includes(controller) ? [`sys/fs/cgroup/${controller}`] : [];
}

/**
 * `/a/b` → `/a/b`, `/a`, `/`. A container may see the path as its host does, and only its own group under it: then the
 * last one is its own. So it is for a path that leads out of what it sees.
 */
function levels(path: string): string[] {
  const parts = path.split('/').filter((part) => part !== '');
  if (parts.includes('..')) return ['/'];
  return parts.map((_, index) => `/${parts.slice(0, parts.length - index).join('/')}`).concat('/');
}

export function readText(file: string): Promise<string | undefined> {
  return readFile(file, 'utf8').catch(() => undefined);
}

/** `max` is Infinity. */
export async function readNumber(file: string): Promise<number | undefined> {
  const text = (await readText(file))?.trim();
  if (text === 'max') return Number.POSITIVE_INFINITY;
  return text !== undefined && /^-?\d+$/.test(text) ? Number(text) : undefined;
}

/** The number after a word in a file of lines such as `usage_usec 120`, or `MemTotal:  16 kB`. */
export function numberAfter(word: string, text: string | undefined): number | undefined {
  const found = new RegExp(`^${word}:?\\s+(\\d+)`, 'm').exec(text ?? '');
  return found === null ? undefined : Number(found[1]);
}
