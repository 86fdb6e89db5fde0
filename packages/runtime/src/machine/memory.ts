import { freemem, totalmem } from 'node:os';
import { join } from 'node:path';
import { groupFolders, numberAfter, readNumber, readText } from './control-group.ts';

export type MemoryReading = {
  usedBytes: number;
  limitBytes: number;
  /** Whose it is: the container's where that has a limit, else the host's. */
  of: 'container' | 'host';
};

/**
 * Memory in use, without what can be given up at once (files that nobody reads now), and the limit that counts: of the
 * groups around this process that have one, that of the fullest; else the host's.
 * @param root where `/proc` and `/sys` are. Default `/`.
 */
export async function readMemory(root = '/'): Promise<MemoryReading | undefined> {
  const host = await readHost(root);
  const groups = await Promise.all((await groupFolders(root, 'memory')).map(readGroup));
  // A limit beyond what the host has is none; version 1 writes "no limit" as a number near 2^63.
  const limited = groups.filter((group) => group !== undefined && group.limitBytes < (host?.limitBytes ?? 2 ** 60));
  return limited.sort(byShare)[0] ?? host;
}

function byShare(a: MemoryReading | undefined, b: MemoryReading | undefined): number {
  return shareOf(b) - shareOf(a);
}

function shareOf(reading: MemoryReading | undefined): number {
  return reading === undefined ? 0 : reading.usedBytes / reading.limitBytes;
}

async function readGroup(folder: string): Promise<MemoryReading | undefined> {
  const [max, current, stat] = await Promise.all([
    readNumber(join(folder, 'memory.max')),
    readNumber(join(folder, 'memory.current')),
    readText(join(folder, 'memory.stat')),
  ]);
  if (max !== undefined) return reading(max, current, numberAfter('inactive_file', stat));
  const [limit, usage] = await Promise.all([
    readNumber(join(folder, 'memory.limit_in_bytes')),
    readNumber(join(folder, 'memory.usage_in_bytes')),
  ]);
  return reading(limit, usage, numberAfter('total_inactive_file', stat));
}

function reading(limitBytes?: number, inUse?: number, inactiveBytes = 0): MemoryReading | undefined {
  if (limitBytes === undefined || limitBytes <= 0 || inUse === undefined) return undefined;
  return { usedBytes: Math.max(0, inUse - inactiveBytes), limitBytes, of: 'container' };
}

/** `freemem` counts what Linux keeps of files as used, so it is asked only where there is nothing better. */
async function readHost(root: string): Promise<MemoryReading | undefined> {
  const text = await readText(join(root, 'proc/meminfo'));
  const totalKb = numberAfter('MemTotal', text);
  const availableKb = numberAfter('MemAvailable', text);
  if (totalKb !== undefined && availableKb !== undefined) {
    return { usedBytes: (totalKb - availableKb) * 1_024, limitBytes: totalKb * 1_024, of: 'host' };
  }
  const limitBytes = totalmem();
  return limitBytes > 0 ? { usedBytes: limitBytes - freemem(), limitBytes, of: 'host' } : undefined;
}
