import { createCluster } from '@drover/broker';
import { expect, inject, test } from 'vitest';
import { eventually } from '../eventually.ts';

/** A process that is busy with something else is not one whose Redis is away. */

test('a reply that came while the process was busy counts, however late it is read', async () => {
  const cluster = createCluster({ redisUrl: inject('redisUrl'), keyPrefix: `busy-${process.pid}` });
  await eventually(() => cluster.ping(), 10_000);
  const asked = Promise.all(Array.from({ length: 50 }, () => cluster.keys.list()));
  // Sent at once, each has its reply within milliseconds; by then nobody is there to read it.
  await Promise.resolve();
  standStill(1_500);
  await expect(asked).resolves.toHaveLength(50);
  await cluster.stop();
});

function standStill(ms: number): void {
  const until = performance.now() + ms;
  while (performance.now() < until);
}
