import type { IncomingMessage } from 'node:http';
import { type Flow, isFinished } from '@drover/core';
import type { Answer } from './answer.ts';
import type { Preferences } from './prefer.ts';
import { newAnswer, taggedAnswer } from './task-answer.ts';

/** How a flow is answered: with where its open tasks are, and when to ask again. */

/** A large flow costs more to look at. */
const tasksPerSecond = 100;

function retryAfterSeconds({ state, tasks }: Flow): number | undefined {
  return state === 'running' ? Math.ceil(tasks.length / tasksPerSecond) : undefined;
}

/** @param hasEnded whether all is there that the caller would wait for */
export function createdAnswer(flow: Flow, hasEnded: boolean, preferences: Preferences): Answer {
  const made = { location: `/v1/flows/${flow.id}`, seconds: retryAfterSeconds(flow), hasEnded };
  return newAnswer(linked(flow), made, preferences);
}

export function seenFlowAnswer(flow: Flow, request: IncomingMessage, preferences: Preferences): Answer {
  return taggedAnswer(linked(flow), retryAfterSeconds(flow), request, preferences);
}

export function linked(flow: Flow): Flow {
  const open = flow.tasks.filter(({ state }) => state !== undefined && !isFinished(state));
  return { ...flow, links: Object.fromEntries(open.map(({ key, id }) => [key, `/v1/tasks/${id}`])) };
}
