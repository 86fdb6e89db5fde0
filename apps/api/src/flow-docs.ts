import type { ChainRequestInput, Flow, FlowRequestInput } from '@drover/core';
import type { HeaderDoc } from './route.ts';

/** What several routes of flows say in the document. */

export const flowIdParam: Record<string, HeaderDoc> = {
  id: { description: 'The id of the flow, as the answer to creating it gave it.' },
};

const foreground = 'all of its tasks that are not marked `background` have ended';

export const waitWords = `${foreground}: done or not`;

export const flowPreferHeader: Record<string, HeaderDoc> = {
  prefer: {
    description: `RFC 7240. \`wait=n\`: hold the answer until ${waitWords}, at most n seconds (and at most 60). \`respond-async\`: do not wait. What is not known is passed over.`,
    example: 'wait=10',
  },
};

export const flowKeyHeader: Record<string, HeaderDoc> = {
  'idempotency-key': {
    description: 'As of `POST /v1/tasks`: the same key with the same body answers the same flow again, for 24 hours.',
    example: '"8e03978e-40d5-43e8-bc93-6894a57f9324"',
  },
};

export const flowLocationAnswer: Record<string, HeaderDoc> = {
  location: { description: 'Where the flow is.', example: '/v1/flows/flw_6f1e0c9ab2d84e57f013' },
};

export const flowRetryAfterAnswer: Record<string, HeaderDoc> = {
  'retry-after': {
    description: 'When to ask again, seconds. Only while some of its tasks have not ended.',
    example: 1,
  },
};

export const flowWords =
  'All or nothing: tasks that wait for each other, a key that is not there, an expression that cannot be read or arguments that do not fit the method are refused with their place, and nothing was enqueued. ' +
  'Arguments may hold expressions over the results of what the task waits for, `${orders.ids}`, beside `now`, `today`, `user`, `company`, `flow` and `failures`; then they are checked when the task begins. ' +
  'A task whose `when` is false ends as `skipped`.\n\n' +
  'When a task ends in error, is cancelled or passed over, those that wait for it are cancelled too, and so on, and say because of whom; behind an edge with `onFailure: continue` they run. One that needs attention holds those that wait for it until a person has decided.\n\n' +
  'A key bound to a company creates for that company. Models of Drover itself, `system.…`, are for keys with `admin` that are bound to none.';

/** Orders become invoices and confirmations; the office is told afterwards. */
export const flowRequestExample: FlowRequestInput = {
  name: 'Orders of the day',
  tasks: [
    { key: 'orders', model: 'sale.order', method: 'find', kwargs: { status: 'confirmed', limit: 50 } },
    {
      key: 'invoices',
      model: 'account.invoice',
      method: 'process_batch',
      args: ['${orders.ids}'],
      dependsOn: ['orders'],
      when: 'orders.count > 0',
    },
    { key: 'confirmations', model: 'sale.order', method: 'confirm', args: ['${orders.ids}'], dependsOn: ['orders'] },
    {
      key: 'mail',
      model: 'email.message',
      method: 'send_single',
      kwargs: {
        to: 'office@example.com',
        subject: 'Orders of ${today}',
        text: '${invoices.successCount} of ${invoices.processed} orders are invoiced.',
      },
      dependsOn: ['invoices', { key: 'confirmations', onFailure: 'continue' }],
      background: true,
    },
  ],
};

/** Rows go from step to step as a file. */
export const chainRequestExample: ChainRequestInput = {
  name: 'Shipped orders',
  steps: [
    { key: 'extract', model: 'data.extractor', method: 'extract', kwargs: { source: 'sample:orders.csv' } },
    {
      key: 'transform',
      model: 'data.transformer',
      method: 'transform',
      kwargs: { file: '${extract.file}', filter: [{ column: 'status', op: '=', value: 'shipped' }] },
      when: 'extract.count > 0',
    },
    {
      key: 'load',
      model: 'data.loader',
      method: 'load',
      kwargs: { file: '${transform.file}', to: 'out/shipped.csv' },
    },
  ],
};

const createdAt = '2026-11-26T08:00:00.000Z';
const taskId = (n: number) => `tsk_01m80bhnby5kde7dfpydj${n}-0-default`;

export const flowSummaryExample = {
  id: 'flw_6f1e0c9ab2d84e57f013',
  name: 'Orders of the day',
  state: 'running',
  progress: { ended: 0, total: 4, percent: 0 },
  counts: { done: 0, error: 0, cancelled: 0 },
  createdAt,
} as const;

/** As it is just after it was created. */
export const flowExample: Flow = {
  ...flowSummaryExample,
  attention: 0,
  tasks: flowRequestExample.tasks.map(({ key, model, method, dependsOn = [], when, background = false }, index) => ({
    key,
    id: taskId(index),
    name: `${model}.${method}`,
    model,
    method,
    state: dependsOn.length === 0 ? 'waiting' : 'depends',
    progress: { percent: 0 },
    dependsOn: dependsOn.map((edge) =>
      typeof edge === 'string'
        ? { key: edge, onFailure: 'cancel' }
        : { key: edge.key, onFailure: edge.onFailure ?? 'cancel' },
    ),
    ...(when === undefined ? {} : { when }),
    background,
  })),
  results: {},
  links: Object.fromEntries(flowRequestExample.tasks.map(({ key }, index) => [key, `/v1/tasks/${taskId(index)}`])),
};
