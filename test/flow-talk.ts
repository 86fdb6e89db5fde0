import type { Flow, FlowNode, Task } from '@drover/core';
import { expect } from 'vitest';
import type { Answered, ApiStage, AskOptions } from './api-stage.ts';
import { eventually } from './eventually.ts';

/** What tests of flows say over HTTP. */

export const flowsPath = '/v1/flows';

/** A task that answers its arguments. */
export function echoing(key: string, args: unknown[] = [], dependsOn: unknown[] = [], more: object = {}) {
  return { key, model: 'probe', method: 'echo', args, dependsOn, ...more };
}

/** A task that fails on its first attempt, without a retry, and does not on the second. */
export function failingOnce(key: string, dependsOn: unknown[] = [], more: object = {}) {
  return { key, model: 'probe', method: 'fail_times', kwargs: { times: 1 }, maxRetries: 0, dependsOn, ...more };
}

export function slow(key: string, ms: number, dependsOn: unknown[] = [], more: object = {}) {
  return { key, model: 'probe', method: 'slow', kwargs: { ms }, dependsOn, ...more };
}

export function postFlow(stage: ApiStage, request: object, options: AskOptions = {}): Promise<Answered<Flow>> {
  return stage.ask<Flow>(flowsPath, { method: 'POST', json: request, ...options });
}

/** Creates one; expects that it is accepted. */
export async function createFlow(stage: ApiStage, tasks: object[], options: AskOptions = {}): Promise<Flow> {
  const answer = await postFlow(stage, { tasks }, options);
  // One that is over by the time it is read is no longer only accepted.
  expect([200, 202], answer.text).toContain(answer.status);
  return answer.body;
}

export async function lookAtFlow(stage: ApiStage, id: string): Promise<Flow> {
  const answer = await stage.ask<Flow>(`${flowsPath}/${id}`);
  expect(answer.status, answer.text).toBe(200);
  return answer.body;
}

export function onFlow<T = Flow>(stage: ApiStage, id: string, action: string, options: AskOptions = {}) {
  return stage.ask<T>(`${flowsPath}/${id}/${action}`, { method: 'POST', ...options });
}

/** The flow once all of its tasks have ended. */
export function endedFlow(stage: ApiStage, id: string): Promise<Flow> {
  return eventually(async () => {
    const flow = await lookAtFlow(stage, id);
    expect(flow.state, JSON.stringify(flow.tasks.map(({ key, state }) => [key, state]))).not.toBe('running');
    return flow;
  }, 20_000);
}

export function nodeOf(flow: Flow, key: string): FlowNode {
  const node = flow.tasks.find((task) => task.key === key);
  if (node === undefined) throw new Error(`there is no task "${key}" in the flow`);
  return node;
}

export function statesOf({ tasks }: Flow): Record<string, string | undefined> {
  return Object.fromEntries(tasks.map(({ key, state }) => [key, state]));
}

/** How many tasks have this tag. */
export async function countOfTag(stage: ApiStage, tag: string): Promise<number> {
  const answer = await stage.ask<{ items: Task[] }>(`/v1/tasks?tag=${tag}&limit=200`);
  expect(answer.status, answer.text).toBe(200);
  return answer.body.items.length;
}
