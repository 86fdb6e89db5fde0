import { fileURLToPath } from 'node:url';
import { Worker } from 'node:worker_threads';
import type { GuardData, MemoryBound } from './guard.ts';

/** Starts the thread that ends this process when its event loop may not be able to. Answers what bounds its memory. */
export function startGuard(workerData: GuardData): (bound: MemoryBound) => void {
  const file = fileURLToPath(new URL('./guard.js', import.meta.url));
  const resourceLimits = { maxOldGenerationSizeMb: 16, maxYoungGenerationSizeMb: 4 };
  const thread = new Worker(file, { workerData, resourceLimits, execArgv: [], env: {} });
  thread.on('error', (error) => {
    throw error;
  });
  thread.unref();
  return (bound) => thread.postMessage(bound);
}
