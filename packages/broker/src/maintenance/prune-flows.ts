import { limits } from '@drover/core';
import { decodeFlow, flowFields } from '../flows/flow-record.ts';
import { reach } from '../redis.ts';
import type { Workshop } from './maintenance.ts';

/** Forgets flows that ended before `before`, Unix ms: their tasks are forgotten by then. Answers how many went. */
export async function pruneFlows({ redis, keys }: Workshop, before: number, signal: AbortSignal): Promise<number> {
  let forgotten = 0;
  let after = '-inf';
  for (;;) {
    signal.throwIfAborted();
    const found = await reach(
      redis.zrange(keys.flows(), after, String(before), 'BYSCORE', 'LIMIT', 0, limits.pruneBatch, 'WITHSCORES'),
    );
    const ids = found.filter((_, index) => index % 2 === 0);
    const reading = redis.pipeline();
    for (const id of ids) reading.hmget(keys.flow(id), ...flowFields);
    const replies = (await reach(reading.exec())) ?? [];
    const writing = redis.pipeline();
    for (const [index, id] of ids.entries()) {
      const stored = decodeFlow(replies[index]?.[1] as (string | null)[]);
      const finishedAt = stored?.counts.finishedAt;
      if (stored !== undefined && (finishedAt === undefined || finishedAt > before)) continue;
      writing.unlink(keys.flow(id));
      writing.zrem(keys.flows(), id);
      const { company, job } = stored?.record ?? {};
      if (company !== undefined) writing.zrem(keys.flows(company), id);
      if (job !== undefined) {
        writing.zrem(keys.jobRuns(), id);
        writing.zrem(keys.jobRunsOf(job.id), id);
        if (company !== undefined) writing.zrem(keys.jobRuns(company), id);
      }
      forgotten += 1;
    }
    await reach(writing.exec());
    if (ids.length < limits.pruneBatch) return forgotten;
    after = `(${found.at(-1)}`;
  }
}
