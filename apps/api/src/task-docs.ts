import type { HeaderDoc } from './route.ts';

/** What several routes of tasks say in the document. */

export const taskIdParam: Record<string, HeaderDoc> = {
  id: { description: 'The id of the task, as the answer to enqueueing it gave it.' },
};

export const preferHeader: Record<string, HeaderDoc> = {
  prefer: {
    description:
      'RFC 7240. `wait=n`: hold the answer until the task has ended, at most n seconds (and at most 60). `respond-async`: do not wait. What is not known is passed over.',
    example: 'wait=10',
  },
};

export const preferAnswers: Record<string, HeaderDoc> = {
  'preference-applied': { description: 'Which preferences were followed.', example: 'wait=10' },
  vary: { description: 'The answer depends on the preferences.', example: 'Prefer' },
};

export const retryAfterAnswer: Record<string, HeaderDoc> = {
  'retry-after': { description: 'When to ask again, seconds. Only while the task has not ended.', example: 1 },
};

export const locationAnswer: Record<string, HeaderDoc> = {
  location: { description: 'Where the task is.', example: '/v1/tasks/tsk_01m80bhnby5kde7dfpydj4-0-default' },
};

export const taskExample = {
  id: 'tsk_01m80bhnby5kde7dfpydj4-0-default',
  name: 'probe.echo',
  model: 'probe',
  method: 'echo',
  args: ['hello'],
  kwargs: {},
  queue: 'default',
  priority: 100,
  maxRetries: 3,
  timeoutSeconds: 3_600,
  retry: { delaySeconds: 60, delaySecondsMax: 3_600 },
  tags: [],
  notifyOnFailure: false,
  state: 'waiting',
  progress: { percent: 0 },
  result: null,
  retryCount: 0,
  createdAt: '2026-11-22T08:00:00.000Z',
  runAt: '2026-11-22T08:00:00.000Z',
  executions: [],
};
