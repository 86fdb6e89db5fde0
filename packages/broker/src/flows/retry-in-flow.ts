import type { Redis } from 'ioredis';
import type { Access } from '../cluster.ts';
import type { Keys } from '../keys.ts';
import { reach } from '../redis.ts';
import type { RunScript } from '../scripts.ts';
import { tasksAgain } from './again.ts';
import { decodeFlow, flowFields } from './flow-record.ts';
import { revive } from './revive.ts';
import { nodesOf } from './view-flow.ts';

/**
 * Runs a task of a flow again that has ended badly, with those behind it that were cancelled or passed over because of it.
 * Answers false where the flow is forgotten, or nothing waits behind it: then the task is one like any other.
 */
export async function retryInFlow(
  parts: { redis: Redis; keys: Keys; run: RunScript },
  flow: string,
  key: string,
  access: Access,
  comment: string | undefined,
): Promise<boolean> {
  const stored = decodeFlow(await reach(parts.redis.hmget(parts.keys.flow(flow), ...flowFields)));
  if (stored === undefined) return false;
  const nodes = await nodesOf(parts, stored.record);
  const again = tasksAgain(nodes, key);
  if (again.length < 2) return false;
  await revive(parts, again, nodes, access, comment);
  return true;
}
