import type { Flow, FlowNode, FlowRequestInput, OnFailure } from '@drover/core';
import type { Chance } from './chance.ts';

/** Random flows, and what must become of them: the rules of the design once more, as plainly as can be. */
export type Does = 'succeed' | 'fail' | 'fail once' | 'be slow';

export type Plan = {
  key: string;
  does: Does;
  /** What it returns. */
  result: number;
  dependsOn: { key: string; onFailure: OnFailure }[];
  /** Runs only where that one returned this. */
  when?: { key: string; is: number };
};

/** Any acyclic graph: each may wait for those before it. */
export function randomPlan(chance: Chance): Plan[] {
  const count = chance.between(2, 40);
  const plan: Plan[] = [];
  for (let at = 0; at < count; at += 1) {
    const before = plan.filter(() => chance.next() < Math.min(0.5, 2 / Math.max(1, at)));
    const asked = chance.pick(before.filter(({ does }) => does === 'succeed'));
    plan.push({
      key: `t${at}`,
      does: chance.pick<Does>(['succeed', 'succeed', 'succeed', 'be slow', 'fail once', 'fail']) ?? 'succeed',
      result: chance.between(1, 3),
      dependsOn: before.map(({ key }) => ({ key, onFailure: chance.next() < 0.3 ? 'continue' : 'cancel' })),
      ...(asked !== undefined && chance.next() < 0.4 ? { when: { key: asked.key, is: chance.between(1, 3) } } : {}),
    });
  }
  return plan;
}

const methods: Record<Does, (plan: Plan) => { method: string; kwargs: object }> = {
  succeed: ({ result }) => ({ method: 'succeed', kwargs: { result } }),
  fail: () => ({ method: 'fail', kwargs: {} }),
  'fail once': () => ({ method: 'fail_times', kwargs: { times: 1, delaySeconds: 0 } }),
  'be slow': ({ result }) => ({ method: 'slow', kwargs: { ms: result * 150 } }),
};

export function requestOfPlan(plan: Plan[], name: string): FlowRequestInput {
  return {
    name,
    tasks: plan.map((task) => ({
      key: task.key,
      model: 'probe',
      ...methods[task.does](task),
      ...(task.does === 'fail' ? { maxRetries: 0 } : {}),
      dependsOn: task.dependsOn,
      ...(task.when === undefined ? {} : { when: `${task.when.key} == ${task.when.is}` }),
    })) as FlowRequestInput['tasks'],
  };
}

export type End = 'done' | 'skipped' | 'error' | 'cancelled';

/**
 * How every task must end. `byPerson`: keys of those that a person cancelled, or killed. `givenUp`: of those whose workers
 * died again and again, as chance has it.
 */
export function expectedEnds(
  plan: Plan[],
  byPerson: ReadonlySet<string>,
  givenUp: ReadonlySet<string> = new Set(),
): Map<string, End> {
  const ends = new Map<string, End>();
  const results = new Map<string, number>();
  for (const { key, does, result, dependsOn, when } of plan) {
    const isStopped = dependsOn.some((edge) => edge.onFailure === 'cancel' && ends.get(edge.key) !== 'done');
    let end: End = does === 'fail' || givenUp.has(key) ? 'error' : 'done';
    if (when !== undefined && results.get(when.key) !== when.is) end = 'skipped';
    if (isStopped || byPerson.has(key)) end = 'cancelled';
    ends.set(key, end);
    if (end === 'done') results.set(key, result);
  }
  return ends;
}

/** What is wrong with a flow that has ended; empty when nothing is. */
export function faultsOfFlow(plan: Plan[], flow: Flow): string[] {
  const faults: string[] = [];
  if (flow.state === 'running') faults.push('it has not ended');
  const nodes = new Map(flow.tasks.map((node) => [node.key, node]));
  const byPerson = new Set(flow.tasks.filter(isCancelledByPerson).map(({ key }) => key));
  const givenUp = new Set(flow.tasks.filter(({ outcome }) => outcome === 'lost').map(({ key }) => key));
  for (const [key, expected] of expectedEnds(plan, byPerson, givenUp)) {
    const node = nodes.get(key);
    const end = node === undefined ? 'missing' : endOf(node);
    if (end !== expected)
      faults.push(`${key} (${node?.id}) ended as ${end}, not as ${expected}: ${node?.message ?? ''}`);
  }
  for (const node of flow.tasks) {
    for (const { key } of node.dependsOn) {
      const endedAt = nodes.get(key)?.finishedAt;
      const isEarly =
        node.startedAt !== undefined &&
        (endedAt === undefined || Date.parse(node.startedAt) + slackMs < Date.parse(endedAt));
      if (isEarly) faults.push(`${node.key} began at ${node.startedAt}, but ${key} ended at ${endedAt}`);
    }
  }
  return faults;
}

/** Instants are taken by several processes before their calls reach Redis. */
const slackMs = 100;

/** One that is passed over has a start where its worker died as it looked at the condition. */
function endOf({ state, outcome }: FlowNode): string {
  return state === 'done' && outcome === 'skipped' ? 'skipped' : (state ?? 'unknown');
}

function isCancelledByPerson({ state, message }: FlowNode): boolean {
  return state === 'cancelled' && message?.startsWith('because of ') !== true;
}
