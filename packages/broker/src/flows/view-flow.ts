import { type Flow, type FlowNode, type Json, limits, splitMethodName, type Task } from '@drover/core';
import type { Keys } from '../keys.ts';
import { readTasks } from '../read-tasks.ts';
import type { RunScript } from '../scripts.ts';
import { queueOfTaskId } from '../task-id.ts';
import { type RawTask, viewTask } from '../task-view.ts';
import { type FlowRecord, type FlowRecordTask, flowStateOf, type StoredFlow, summaryOf } from './flow-record.ts';

type ViewParts = { keys: Keys; run: RunScript };

/** A task of a flow, with what only the broker asks of it. */
export type FlowTaskView = FlowNode & {
  result: Json;
  isPassedOver: boolean;
  isUntried: boolean;
  /** Executions so far. */
  attempts: number;
};

const readAtOnce = 100;

/** @param results whose are shown beside those of tasks for which no other waits */
export async function viewFlow(parts: ViewParts, stored: StoredFlow, results?: 'ofForeground'): Promise<Flow> {
  const nodes = await nodesOf(parts, stored.record);
  const waitedFor = new Set(nodes.flatMap(({ dependsOn }) => dependsOn.map(({ key }) => key)));
  const shown = nodes.filter(
    ({ key, background, state, isPassedOver }) =>
      state === 'done' && !isPassedOver && (!waitedFor.has(key) || (results === 'ofForeground' && !background)),
  );
  return {
    ...summaryOf(stored),
    state: flowStateOf(stored.counts),
    attention: nodes.filter(({ state }) => state === 'requires_attention').length,
    tasks: nodes.map(({ result: _, isPassedOver: __, isUntried: ___, attempts: ____, ...node }) => node),
    ...resultsOf(shown),
  };
}

/** As many as fit into an answer. */
function resultsOf(tasks: FlowTaskView[]): Pick<Flow, 'results' | 'resultsLeftOut'> {
  const results: Record<string, Json> = {};
  const leftOut: string[] = [];
  let leftBytes: number = limits.flowResultsBytes;
  for (const { key, result } of tasks) {
    const bytes = Buffer.byteLength(JSON.stringify(result));
    if (bytes > leftBytes) {
      leftOut.push(key);
    } else {
      leftBytes -= bytes;
      results[key] = result;
    }
  }
  return { results, ...(leftOut.length === 0 ? {} : { resultsLeftOut: leftOut }) };
}

/** Its tasks as they are, in the order of the record. */
export async function nodesOf({ keys, run }: ViewParts, { tasks }: FlowRecord): Promise<FlowTaskView[]> {
  const nodes: FlowTaskView[] = [];
  for (let at = 0; at < tasks.length; at += readAtOnce) {
    const group = tasks.slice(at, at + readAtOnce);
    const raws = await readTasks(
      run,
      keys,
      group.map(({ id }) => ({ queue: queueOfTaskId(id) ?? '', id })),
    );
    for (const [index, task] of group.entries()) nodes.push(nodeOf(task, raws[index]));
  }
  return nodes;
}

function nodeOf(record: FlowRecordTask, raw: RawTask | undefined): FlowTaskView {
  const { key, id, method, name, dependsOn, when, background } = record;
  const task = raw === undefined ? undefined : viewTask(raw);
  return {
    key,
    id,
    name: task?.name ?? name ?? method,
    ...splitMethodName(method),
    ...(task === undefined ? {} : becameOf(task)),
    dependsOn,
    ...(when === undefined ? {} : { when }),
    background: background === true,
    result: task?.result ?? null,
    isPassedOver: raw?.ledger.get('w') === '1',
    isUntried: task?.executions.length === 0,
    attempts: Math.max(Number(raw?.job.get('ats') ?? 0), ...(task?.executions ?? []).map(({ attempt }) => attempt)),
  };
}

function becameOf({ state, outcome, message, error, progress, startedAt, finishedAt }: Task): Partial<FlowNode> {
  const said = message ?? error?.message;
  return {
    state,
    ...(outcome === undefined ? {} : { outcome }),
    ...(said === undefined ? {} : { message: shortened(said) }),
    progress,
    ...(startedAt === undefined ? {} : { startedAt }),
    ...(finishedAt === undefined ? {} : { finishedAt }),
  };
}

function shortened(text: string): string {
  return text.length <= limits.flowMessageLength ? text : `${text.slice(0, limits.flowMessageLength - 1)}…`;
}
