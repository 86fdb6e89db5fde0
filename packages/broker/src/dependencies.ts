import {
  type DependencyEnd,
  type Json,
  limits,
  type Outcome,
  PermanentError,
  type TaskErrorRecord,
} from '@drover/core';
import type { Redis } from 'ioredis';
import type { Dependency } from './envelope.ts';
import type { Keys } from './keys.ts';
import { queueOfTaskId } from './task-id.ts';

const readAtOnce = 100;

/**
 * What became of tasks that another one waits for.
 * @throws PermanentError their results are together too large to be held
 */
export async function readDependencies(redis: Redis, keys: Keys, dependencies: Dependency[]): Promise<DependencyEnd[]> {
  const ends: DependencyEnd[] = [];
  let bytes = 0;
  for (let at = 0; at < dependencies.length; at += readAtOnce) {
    const group = dependencies.slice(at, at + readAtOnce);
    const pipeline = redis.pipeline();
    for (const { id } of group) {
      pipeline.hmget(keys.task(id), 's', 'o', 'r', 'm', 'e', 'w');
      pipeline.exists(`${keys.bullPrefix}:${queueOfTaskId(id)}:${id}`);
    }
    const replies = (await pipeline.exec()) ?? [];
    for (const [index, dependency] of group.entries()) {
      const [failure, record] = replies[index * 2] ?? [];
      if (failure) throw failure;
      const fields = (record ?? []) as (string | null)[];
      bytes += fields[2]?.length ?? 0;
      ends.push(endOf(dependency, fields, replies[index * 2 + 1]?.[1] === 1));
    }
    if (bytes > limits.dependenciesBytes) {
      throw new PermanentError(
        `the results of what it waits for are more than ${limits.dependenciesBytes} bytes of JSON together; store them elsewhere and return where`,
      );
    }
  }
  return ends;
}

function endOf(
  { id, key = id, onFailure }: Dependency,
  [state, outcome, result, message, error, passedOver]: (string | null)[],
  hasJob: boolean,
): DependencyEnd {
  const isEnded = state === 'done' || state === 'error' || state === 'cancelled';
  const said = message ?? (error ? (JSON.parse(error) as TaskErrorRecord).message : undefined);
  return {
    id,
    key,
    onFailure: onFailure ?? 'cancel',
    state: isEnded ? state : hasJob ? 'open' : 'unknown',
    ...(outcome == null ? {} : { outcome: outcome as Outcome }),
    isPassedOver: passedOver === '1',
    result: result == null || result === '' ? null : (JSON.parse(result) as Json),
    ...(said === undefined || said === null ? {} : { message: said }),
  };
}
