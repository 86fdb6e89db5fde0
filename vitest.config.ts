import { availableParallelism } from 'node:os';
import { defineConfig } from 'vitest/config';

/** Rules beside the code need no server; `test/` brings up its own Redis, processes and browser. */
const source = { conditions: ['@drover/source'] };
const shared = { resolve: source, ssr: { resolve: source } };

export default defineConfig({
  test: {
    // Most of what tests with servers do is waiting: two share two cores well.
    maxWorkers: Math.max(2, availableParallelism() - 1),
    projects: [
      {
        ...shared,
        test: {
          name: 'unit',
          include: [
            'packages/*/src/**/*.test.ts',
            'apps/*/{src,web/src}/**/*.test.ts',
            'test/schedule-oracle/**/*.test.ts',
          ],
          testTimeout: 20_000,
        },
      },
      {
        ...shared,
        test: {
          name: 'integration',
          include: ['test/integration/**/*.test.ts'],
          globalSetup: ['test/redis.setup.ts'],
          testTimeout: 30_000,
          hookTimeout: 60_000,
          // What comes a little later is waited for, also on a machine with other work.
          expect: { poll: { timeout: 10_000 } },
        },
      },
      {
        ...shared,
        test: {
          name: 'e2e',
          include: ['test/e2e/**/*.test.ts'],
          testTimeout: 180_000,
          hookTimeout: 120_000,
          // A page answers within this, also on a machine with other work.
          expect: { poll: { timeout: 20_000 } },
        },
      },
    ],
  },
});
