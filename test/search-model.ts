import {
  DataError,
  defineModel,
  type Model,
  type Outcome,
  PermanentError,
  type TaskContext,
  type TaskState,
  TemporaryError,
} from '@drover/core';
import { z } from 'zod';

/** How a method of the model below ends: by its name. */
export type Expected = { state: TaskState; outcome?: Outcome };

const endings: [name: string, expected: Expected, run: (task: TaskContext) => unknown][] = [
  ['post', { state: 'done', outcome: 'success' }, () => 'posted'],
  ['check', { state: 'done', outcome: 'info' }, (task) => task.info('nothing to do')],
  ['pass', { state: 'done', outcome: 'skipped' }, (task) => task.skip('not today')],
  [
    'refuse',
    { state: 'error', outcome: 'error' },
    (task) => {
      throw new PermanentError(`invoice ${task.id.length} of 17 is refused`);
    },
  ],
  [
    'ask',
    { state: 'requires_attention' },
    () => {
      throw new DataError('no such customer');
    },
  ],
  [
    'again',
    { state: 'scheduled' },
    () => {
      throw new TemporaryError('not now', { delaySeconds: 3_600 });
    },
  ],
];

export const models = ['account.invoice', 'account.payment', 'sale.order', 'stock'];

/** Twenty methods: five a model, of six kinds. */
export const methods = models.flatMap((model, index) =>
  Array.from({ length: 5 }, (_, n) => {
    const [name, expected, run] = endings[(index * 5 + n) % endings.length] as (typeof endings)[number];
    return { model, method: name, expected, run };
  }),
);

export const searchModels: Model[] = models.map((model) =>
  defineModel(
    model,
    Object.fromEntries(
      methods
        .filter((one) => one.model === model)
        .map(({ method, run }) => [
          method,
          {
            description: 'Ends as its name says',
            args: z.array(z.string()),
            run: (_: unknown, task: TaskContext) => run(task),
          },
        ]),
    ),
  ),
);
