import { limits, TaskEvent, TaskFilter } from '@drover/core';
import { z } from 'zod';
import { eventStreamType, sendEvents } from './event-stream.ts';
import { type AnswerDoc, defineRoute, type HeaderDoc, type Route } from './route.ts';
import { taskIdParam } from './task-docs.ts';

/** Live: what happens to tasks, as it happens. */

const EventQuery = TaskFilter.pick({
  state: true,
  outcome: true,
  model: true,
  method: true,
  queue: true,
  company: true,
}).extend({ task: z.string().min(1).max(limits.identityLength).optional().describe('This task only, by its id.') });

const streamWords =
  `The answer is a stream of server-sent events (HTML Living Standard, 9.2), which an \`EventSource\` reads: \`event\` is the \`type\`, \`data\` is JSON. A comment comes every ${limits.eventHeartbeatMs / 1_000} seconds. ` +
  `A reader that takes so little that ${limits.eventLagBytes / 1_024} KiB wait for it is cut off, and may come back with the id of the last event that it has. The stream ends when this process stops: come back then too, after the pause that \`retry\` names.`;

const answer: AnswerDoc = {
  description: 'The events, as they come. Each fits this schema.',
  content: { [eventStreamType]: TaskEvent },
  headers: { 'x-accel-buffering': { description: 'Asks proxies not to gather it.', example: 'no' } },
};

const lastEventId = (text: string): Record<string, HeaderDoc> => ({ 'last-event-id': { description: text } });

const all = defineRoute({
  method: 'get',
  path: '/v1/events',
  operationId: 'followTasks',
  tag: 'Tasks',
  summary: 'Follow all tasks',
  description: [
    'What happens to the tasks that fit, from now on: every change of state, and how far those are that run (they count as `running`). Any filters together: all of them must fit. A key bound to a company is told of its company’s tasks, and of no others.',
    streamWords,
    'With `Last-Event-ID` it goes on from there, as far as that is still known: about the last thousand calls that changed something. What is older, or not an id at all, gives a `reset` first: look again, what you show may be old. So does a break of the connection to Redis. An event may come twice, never too late for its order.',
    'Lines of logs are in the stream of their task only.',
  ].join('\n\n'),
  entry: 'read',
  query: EventQuery,
  headers: lastEventId('The id of the last event that the reader has.'),
  answers: { 200: answer },
  errors: ['too_many_requests'],
  async handle(call) {
    const following = await call.cluster.events.follow(call.query, call.caller, lastIdOf(call));
    await sendEvents(call, following);
    return undefined;
  },
});

const one = defineRoute({
  method: 'get',
  path: '/v1/tasks/{id}/events',
  operationId: 'followTask',
  tag: 'Tasks',
  summary: 'Follow one task',
  description: [
    'Begins with where the task is and how far, and with its log from the beginning; then every change, and every new line. The last event is the end of the task (`state` `done`, `error` or `cancelled`). Of a task that has ended already, this is all that comes.',
    streamWords,
    'With `Last-Event-ID` the log goes on after the lines that the reader has; an id that is none of this stream is passed over. When the last event was the end, and nobody has retried the task since, the answer is 204: an `EventSource` does not come back after that.',
  ].join('\n\n'),
  entry: 'read',
  params: taskIdParam,
  headers: lastEventId('The id of the last event that the reader has.'),
  answers: { 200: answer, 204: { description: 'The task has ended, and the reader knows.' } },
  errors: ['task_unknown', 'too_many_requests'],
  async handle(call) {
    const following = await call.cluster.events.followTask(call.params.id ?? '', call.caller, lastIdOf(call));
    if (following === undefined) return { status: 204 };
    await sendEvents(call, following);
    return undefined;
  },
});

function lastIdOf({ request }: { request: { get(name: string): string | undefined } }): string | undefined {
  return request.get('last-event-id') || undefined;
}

export const eventRoutes: Route[] = [all, one];
