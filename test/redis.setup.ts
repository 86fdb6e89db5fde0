import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createLogger, findRedis } from '@drover/runtime';
import type { TestProject } from 'vitest/node';

declare module 'vitest' {
  interface ProvidedContext {
    /** The Redis of this run. Tests keep apart by key prefix. */
    redisUrl: string;
  }
}

/** One Redis for all integration tests, found as `npm start` finds it, in a folder of its own and without AOF. */
export default async function setup(project: TestProject): Promise<() => Promise<void>> {
  const dataDir = await mkdtemp(join(tmpdir(), 'drover-test-'));
  const logger = createLogger({ name: 'test', level: process.env.LOG_LEVEL ?? 'info' });
  const redis = await findRedis({ dataDir, logger, aof: false });
  project.provide('redisUrl', redis.url);
  return async () => {
    await redis.stop();
    await rm(dataDir, { recursive: true, force: true });
  };
}
