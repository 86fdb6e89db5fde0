import type { ChainableCommander } from 'ioredis';
import { asClusterError, reach } from '../redis.ts';

/** Many questions in one round trip. All are answered, or it fails: half of the facts would explain something else. */
export async function roundTrip(pipeline: ChainableCommander): Promise<unknown[]> {
  const replies = (await reach(pipeline.exec())) ?? [];
  const failure = replies.find(([error]) => error !== null)?.[0];
  if (failure !== undefined) throw asClusterError(failure);
  return replies.map(([, value]) => value);
}
