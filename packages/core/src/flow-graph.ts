import type { Fault } from './cluster-error.ts';
import { checkTemplate, ExpressionError, parseCondition } from './expression/expression.ts';
import type { FlowEdge, FlowTask } from './flow.ts';
import type { Json } from './json.ts';
import { limits } from './limits.ts';

/** What a flow's graph says, apart from what its tasks do. */
type Node = { key: string; dependsOn: Pick<FlowEdge, 'key'>[] };

/** Names that every expression of a flow may use, beside the keys of what its task waits for. */
export const flowNames = ['now', 'today', 'user', 'company', 'flow', 'failures'] as const;

/** What is wrong with a graph: keys that come twice or are not there, tasks that wait for each other, too many edges. */
export function flowFaults(tasks: readonly FlowTask[]): Fault[] {
  const faults: Fault[] = [];
  const known = new Set<string>();
  for (const [index, { key }] of tasks.entries()) {
    if (known.has(key)) faults.push({ pointer: `/tasks/${index}/key`, message: `"${key}" is there twice` });
    known.add(key);
  }
  for (const [index, task] of tasks.entries()) faults.push(...edgeFaults(task, `/tasks/${index}`, known));
  const edges = tasks.reduce((sum, { dependsOn }) => sum + dependsOn.length, 0);
  if (edges > limits.flowEdges)
    faults.push({ pointer: '/tasks', message: `${edges} edges, at most ${limits.flowEdges}` });
  if (faults.length > 0) return faults;
  const cycle = cycleIn(tasks);
  if (cycle === undefined) return tasks.flatMap((task, index) => expressionFaults(task, `/tasks/${index}`));
  const index = tasks.findIndex(({ key }) => key === cycle[0]);
  return [
    { pointer: `/tasks/${index}/dependsOn`, message: `tasks wait for each other: ${[...cycle, cycle[0]].join(' → ')}` },
  ];
}

function edgeFaults({ key, dependsOn }: FlowTask, root: string, known: Set<string>): Fault[] {
  const seen = new Set<string>();
  return dependsOn.flatMap((edge, at) => {
    const pointer = `${root}/dependsOn/${at}`;
    const isTwice = seen.has(edge.key);
    seen.add(edge.key);
    if (isTwice) return [{ pointer, message: `"${edge.key}" is there twice` }];
    if (edge.key === key) return [{ pointer, message: 'a task cannot wait for itself' }];
    return known.has(edge.key) ? [] : [{ pointer, message: `there is no task "${edge.key}" in this flow` }];
  });
}

/** Expressions may use results of what their task waits for, and no others: these alone are there when it begins. */
function expressionFaults(task: FlowTask, root: string): Fault[] {
  const names = [...task.dependsOn.map(({ key }) => key), ...flowNames];
  const faults = [
    ...checkTemplate(task.args as Json, names, `${root}/args`),
    ...checkTemplate(task.kwargs, names, `${root}/kwargs`),
  ];
  if (task.when === undefined) return faults;
  try {
    parseCondition(task.when, names);
  } catch (error) {
    if (!(error instanceof ExpressionError)) throw error;
    faults.push({ pointer: `${root}/when`, message: error.message });
  }
  return faults;
}

/**
 * The tasks in an order in which each comes after what it waits for; those that could go first keep the order in which
 * they were given. Tasks that wait for each other, and those behind them, are left out.
 */
export function flowOrder<T extends Node>(tasks: readonly T[]): T[] {
  const open = new Map(tasks.map(({ key, dependsOn }) => [key, dependsOn.length]));
  const dependents = new Map<string, T[]>();
  for (const task of tasks) {
    for (const { key } of task.dependsOn) {
      const known = dependents.get(key);
      if (known === undefined) dependents.set(key, [task]);
      else known.push(task);
    }
  }
  const order = tasks.filter(({ dependsOn }) => dependsOn.length === 0);
  for (const task of order) {
    for (const dependent of dependents.get(task.key) ?? []) {
      const left = (open.get(dependent.key) ?? 0) - 1;
      open.set(dependent.key, left);
      if (left === 0) order.push(dependent);
    }
  }
  return order;
}

/** Keys of tasks that wait for each other, in a row; undefined when there are none. */
function cycleIn(tasks: readonly Node[]): string[] | undefined {
  const placed = new Set(flowOrder(tasks).map(({ key }) => key));
  const stuck = new Map(tasks.filter(({ key }) => !placed.has(key)).map((task) => [task.key, task]));
  // Whoever goes from one without a place to one without a place that it waits for, and on, comes by one again.
  const path: string[] = [];
  let at = stuck.keys().next().value;
  while (at !== undefined && !path.includes(at)) {
    path.push(at);
    at = stuck.get(at)?.dependsOn.find(({ key }) => stuck.has(key))?.key;
  }
  return at === undefined ? undefined : path.slice(path.indexOf(at));
}
