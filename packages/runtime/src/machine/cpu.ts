import { cpus } from 'node:os';
import { join } from 'node:path';
import { groupFolders, numberAfter, readNumber, readText } from './control-group.ts';

/** `percent`: of all that may be used, since the last reading. */
export type CpuReading = { percent: number; of: 'container' | 'host' };

/** Work done, and how much could have been, since some beginning; in the same unit. */
type Count = { busy: number; possible: number };

/** Tells how busy the CPU was between two readings: of the container's quota where it has one, else of the host. */
export class CpuMeter {
  readonly #root: string;
  readonly #now: () => number;
  #last = new Map<string, Count>();

  /**
   * @param root where `/proc` and `/sys` are
   * @param now a clock that measures how long things last, ms
   */
  constructor(root = '/', now: () => number = () => performance.now()) {
    this.#root = root;
    this.#now = now;
  }

  /** The first reading is undefined: there is nothing to compare with. */
  async read(): Promise<CpuReading | undefined> {
    const folders = await groupFolders(this.#root, 'cpu');
    const counts = new Map<string, Count>();
    for (const folder of folders) {
      const count = await this.#countGroup(folder);
      if (count !== undefined) counts.set(folder, count);
    }
    const host = counts.size === 0 ? await countHost(this.#root) : undefined;
    if (host !== undefined) counts.set('host', host);
    const last = this.#last;
    this.#last = counts;
    const shares = [...counts].flatMap(([name, count]) => shareSince(last.get(name), count));
    if (shares.length === 0) return undefined;
    const percent = Math.min(100, Math.max(...shares) * 100);
    return { percent: Math.round(percent * 10) / 10, of: host === undefined ? 'container' : 'host' };
  }

  async #countGroup(folder: string): Promise<Count | undefined> {
    const cores = (await coresOf(folder)) ?? Number.POSITIVE_INFINITY;
    const used = cores === Number.POSITIVE_INFINITY ? undefined : await usedMs(folder);
    return used === undefined ? undefined : { busy: used, possible: this.#now() * cores };
  }
}

function shareSince(last: Count | undefined, { busy, possible }: Count): number[] {
  if (last === undefined || possible <= last.possible) return [];
  return [Math.max(0, busy - last.busy) / (possible - last.possible)];
}

/** How many cores a group may keep busy; undefined or Infinity: there is no quota. */
async function coresOf(folder: string): Promise<number | undefined> {
  const max = await readText(join(folder, 'cpu.max'));
  if (max !== undefined) {
    const [quota, period] = max.trim().split(' ');
    return quota === 'max' ? undefined : Number(quota) / Number(period) || undefined;
  }
  const quota = await readNumber(join(folder, 'cpu.cfs_quota_us'));
  const period = await readNumber(join(folder, 'cpu.cfs_period_us'));
  return quota === undefined || period === undefined || quota <= 0 || period <= 0 ? undefined : quota / period;
}

/** Version 1 counts in a tree of its own, beside that of the quota. */
async function usedMs(folder: string): Promise<number | undefined> {
  const usage = numberAfter('usage_usec', await readText(join(folder, 'cpu.stat')));
  if (usage !== undefined) return usage / 1_000;
  const nanos = await readNumber(join(folder.replace('/cgroup/cpu', '/cgroup/cpuacct'), 'cpuacct.usage'));
  return nanos === undefined ? undefined : nanos / 1e6;
}

async function countHost(root: string): Promise<Count | undefined> {
  const line = /^cpu\s+(.*)$/m.exec((await readText(join(root, 'proc/stat'))) ?? '')?.[1];
  if (line !== undefined) {
    // user nice system idle iowait irq softirq steal; what follows is counted in the first two already.
    const ticks = line.trim().split(/\s+/).map(Number).slice(0, 8);
    const possible = ticks.reduce((sum, count) => sum + count, 0);
    return { busy: possible - (ticks[3] ?? 0) - (ticks[4] ?? 0), possible };
  }
  const times = cpus().map((cpu) => cpu.times);
  if (times.length === 0) return undefined;
  const busy = times.reduce((sum, { user, nice, sys, irq }) => sum + user + nice + sys + irq, 0);
  return { busy, possible: busy + times.reduce((sum, { idle }) => sum + idle, 0) };
}
