import { writeSync } from 'node:fs';
import { parentPort, workerData } from 'node:worker_threads';
import { outOfMemoryMark } from './out-of-memory.ts';

/**
 * A thread beside the methods of a process, which sees what an endless loop cannot see: that the parent has gone (an
 * isolated process' worker, a worker's supervisor), or that the process has grown too large. It ends the process, with
 * all that this one has started.
 */
export type GuardData = {
  parentPid: number;
  /** How long the process may go on without its parent. */
  graceMs: number;
};

/** From now on the process may have so much, MB (resident). */
export type MemoryBound = { rssMb: number };

const { parentPid, graceMs } = workerData as GuardData;
const lookEveryMs = 250;
const stderr = 2;

let rssMbMax = Number.POSITIVE_INFINITY;
let aloneSince = Number.POSITIVE_INFINITY;

parentPort?.on('message', ({ rssMb }: MemoryBound) => {
  rssMbMax = rssMb;
});
setInterval(() => {
  if (process.ppid !== parentPid) aloneSince = Math.min(aloneSince, performance.now());
  if (performance.now() - aloneSince >= graceMs) end();
  if (process.memoryUsage.rss() / 1_048_576 <= rssMbMax) return;
  writeSync(stderr, `${outOfMemoryMark}\n`);
  end();
}, lookEveryMs);

function end(): void {
  process.kill(-process.pid, 'SIGKILL');
}
