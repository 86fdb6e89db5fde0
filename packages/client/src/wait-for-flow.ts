import { type Flow, isFinished } from '@drover/core';
import type { Clock } from './clock.ts';
import type { FlowsClient, FlowWaitOptions } from './flows.ts';
import { poll } from './poll.ts';

/** One long poll, seconds. The server does not end it when a flow needs a person: that is seen by looking. */
const pollSeconds = 10;
/** With somebody watching. */
const watchedPollSeconds = 1;

export function waitForFlow(
  id: string,
  get: FlowsClient['get'],
  clock: Clock,
  { background = false, onProgress, ...options }: FlowWaitOptions = {},
): Promise<Flow> {
  const waitSeconds = onProgress === undefined ? pollSeconds : watchedPollSeconds;
  let last = '';
  const onSeen = (flow: Flow) => {
    const text = JSON.stringify(flow);
    if (text !== last) onProgress?.(flow);
    last = text;
  };
  const look = (signal: AbortSignal) => get(id, { waitSeconds, signal });
  const stateOf = ({ state }: Flow) => state;
  return poll(
    { what: `flow ${id}`, look, onSeen, stateOf, isOver: (flow) => isAtRest(flow, background) },
    clock,
    options,
  );
}

/**
 * Whether nothing but a person moves on what has not ended. A task that waits for one that needs a person rests too, but
 * not one that has just been let go.
 *
 * @param background whether tasks in the background count
 */
function isAtRest({ tasks }: Flow, background: boolean): boolean {
  const open = new Set<string>();
  const moving = new Set<string>();
  for (const { key, state, dependsOn } of tasks) {
    if (state === undefined || isFinished(state)) continue;
    const waitsFor = dependsOn.filter((edge) => open.has(edge.key));
    const isHeld = state === 'depends' && waitsFor.length > 0 && !waitsFor.some((edge) => moving.has(edge.key));
    open.add(key);
    if (!isHeld && state !== 'requires_attention') moving.add(key);
  }
  return !tasks.some((task) => moving.has(task.key) && (background || !task.background));
}
