import { ClusterError, limits } from '@drover/core';
import { pushTask, tooManyQueues } from '../enqueue.ts';
import { type Keys, statisticsLifeMs } from '../keys.ts';
import { reach } from '../redis.ts';
import type { RunScript } from '../scripts.ts';
import type { PlannedFlow } from './plan-flow.ts';

/** Answers the id of an earlier flow under the same idempotency key, where there is one. */
export async function writeFlow(
  { keys, run }: { keys: Keys; run: RunScript },
  planned: PlannedFlow,
  idempotency: { key: string; fingerprint: string } | undefined,
): Promise<string | undefined> {
  const { record, tasks } = planned;
  const args: (string | number)[] = [keys.prefix, `${keys.bullPrefix}:`, limits.queues, Date.now(), statisticsLifeMs];
  if (idempotency === undefined) args.push('', '', 0);
  else args.push(idempotency.key, `${idempotency.fingerprint} ${record.id}`, limits.idempotencyMs);
  pushFlow(args, planned);
  for (const task of tasks) pushTask(args, task);
  const answer = (await reach(run('flow', keys.queues, args))) as string | [number, number?];
  if (typeof answer === 'string') return replayedFlow(answer, idempotency?.fingerprint);
  const [code, number = 0] = answer;
  if (code === 1) return undefined;
  if (code === 0) throw tooManyQueues(tasks[number]?.queue ?? '');
  throw new ClusterError(
    'request_invalid',
    `task "${record.tasks[number]?.key}" waits for a task that is not known any more`,
  );
}

/** A flow as `newFlow.lua` reads it. */
export function pushFlow(args: (string | number)[], { record, tasks, foreground }: PlannedFlow): void {
  args.push(record.id, JSON.stringify(record), tasks.length, foreground, record.createdAt);
  args.push(record.company ?? '', record.schedule ?? '', record.job?.id ?? '');
}

/** The id that an earlier call made. @throws ClusterError idempotency_key_reused */
export function replayedFlow(value: string, fingerprint: string | undefined): string {
  const [known, id = ''] = value.split(' ');
  if (known === fingerprint) return id;
  throw new ClusterError('idempotency_key_reused', 'this Idempotency-Key came with another request before');
}
