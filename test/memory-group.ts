import { mkdirSync, readFileSync, rmdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { eventually } from './eventually.ts';

/** A control group of Linux, with a limit of memory as containers have it. */
export type MemoryGroup = {
  /** To be written to by a process that is to be in it. */
  readonly procs: string;
  add(pid: number): void;
  /** Once nobody is in it any more. */
  remove(): Promise<void>;
};

/** Undefined where this process may not make one. */
export function makeMemoryGroup(limitBytes: number): MemoryGroup | undefined {
  const name = `drover-test-${process.pid}`;
  for (const [parent, limitFile] of [
    ['/sys/fs/cgroup/memory', 'memory.limit_in_bytes'],
    ['/sys/fs/cgroup', 'memory.max'],
  ] as const) {
    const folder = join(parent, name);
    try {
      readFileSync(join(parent, 'cgroup.procs'));
      mkdirSync(folder);
    } catch {
      continue;
    }
    const group = groupAt(folder);
    try {
      writeFileSync(join(folder, limitFile), String(limitBytes), { flag: 'r+' });
      return group;
    } catch {
      rmdirSync(folder);
    }
  }
  return undefined;
}

function groupAt(folder: string): MemoryGroup {
  const procs = join(folder, 'cgroup.procs');
  return {
    procs,
    add: (pid) => writeFileSync(procs, String(pid)),
    remove: () => eventually(() => rmdirSync(folder)),
  };
}
