import { ClusterError, limits } from '@drover/core';
import type { Access } from '../cluster.ts';
import { historyEntry } from '../history-entry.ts';
import { type Keys, statisticsLifeMs } from '../keys.ts';
import { reach } from '../redis.ts';
import type { RunScript } from '../scripts.ts';
import { queueOfTaskId } from '../task-id.ts';
import type { FlowTaskView } from './view-flow.ts';

/**
 * Runs tasks of a flow again, all or none, each after those of its dependencies that run again or have not ended.
 * @throws ClusterError flow_conflict: one of them is in another state by now
 */
export async function revive(
  { keys, run }: { keys: Keys; run: RunScript },
  again: FlowTaskView[],
  nodes: FlowTaskView[],
  access: Access,
  comment?: string,
): Promise<void> {
  const ids = new Map(nodes.map(({ key, id }) => [key, id]));
  const args: (string | number)[] = [keys.prefix, `${keys.bullPrefix}:`, Date.now(), statisticsLifeMs];
  args.push(limits.historyEntries, limits.historyBytes);
  for (const { id, state, dependsOn, attempts, outcome } of again) {
    const waitsFor = dependsOn.map(({ key }) => ids.get(key) ?? '').join(' ');
    // What expired was taken once, though there is no execution of it.
    const executions = Math.max(attempts, outcome === 'expired' ? 1 : 0);
    args.push(queueOfTaskId(id) ?? '', id, state ?? '', executions, waitsFor, historyEntry(access, 'retry', comment));
  }
  const changed = (await reach(run('revive', keys.queues, args))) as number;
  if (changed === 0) return;
  const { key } = again[changed - 1] ?? { key: '?' };
  throw new ClusterError('flow_conflict', `task "${key}" changed meanwhile: look again`);
}
