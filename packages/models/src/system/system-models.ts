import type { Maintenance, RetentionRule } from '@drover/broker';
import { BulkAction, defineModel, limits, type Model, TaskFilter } from '@drover/core';
import { z } from 'zod';
import { diskCleanUp } from './disk-cleanup.ts';

export type SystemParts = {
  /** Asked for when a method runs: the worker that offers it is there by then. */
  maintenance: () => Maintenance;
  /** How long finished tasks are remembered, unless a call or a queue says otherwise. */
  retention: RetentionRule;
};

const queue = 'system';
/** Clean-up waits for everything that somebody waits for. */
const priority = 300;
const hour = 3_600;
const days = z.number().min(0).max(3_650);

const By = z.strictObject({ keyId: z.string(), name: z.string() });

/** What Drover does for itself, as tasks like any other: seen in the lists, with progress and a result. */
export function systemModels({ maintenance, retention }: SystemParts): Model[] {
  const ledger = defineModel(
    'system.ledger',
    {
      prune: {
        description:
          'Forgets finished tasks by age, then the oldest of those that are too many, with their logs. Daily, and by hand.',
        kwargs: z.strictObject({
          doneDays: days.optional().describe('Those that ended well. Default: the setting RETENTION_DONE_DAYS.'),
          otherDays: days.optional().describe('The others. Default: the setting RETENTION_OTHER_DAYS.'),
          tasks: z.int().min(0).optional().describe('How many may stay. Default: the setting RETENTION_TASKS.'),
        }),
        queue,
        priority,
        timeoutSeconds: 6 * hour,
        run: ({ kwargs }, task) =>
          maintenance().prune(
            {
              doneDays: kwargs.doneDays ?? retention.doneDays,
              otherDays: kwargs.otherDays ?? retention.otherDays,
              tasks: kwargs.tasks ?? retention.tasks,
            },
            task,
          ),
      },
      verify: {
        description:
          'Compares ledger, index and queues, and mends what does not agree. It tells what it mended, and what it could not.',
        queue,
        priority,
        timeoutSeconds: 6 * hour,
        run: (_, task) => maintenance().verify(task),
      },
    },
    {
      schedules: [
        {
          name: 'Daily clean-up of the ledger',
          description: 'Forgets finished tasks that are old, or too many.',
          timing: 'schedule',
          frequency: { every: 'daily', at: '00:20' },
          task: { method: 'prune' },
        },
        {
          name: 'Weekly check of the ledger',
          description: 'Compares ledger, index and queues, and mends what does not agree.',
          timing: 'schedule',
          frequency: { every: 'weekly', weekdays: ['SU'], at: '01:20' },
          task: { method: 'verify' },
        },
      ],
    },
  );
  const tasks = defineModel('system.tasks', {
    act: {
      description: 'Cancels, retries or kills every task that matches: what POST /v1/tasks/actions asks for.',
      kwargs: z.strictObject({
        action: BulkAction,
        filter: TaskFilter,
        ids: z.array(z.string()).max(limits.actionIds).optional(),
        reason: z.string().optional(),
        by: By.optional(),
      }),
      queue,
      // A person waits for it.
      priority: 10,
      timeoutSeconds: 6 * hour,
      run: ({ kwargs: { by, ...request } }, task) =>
        maintenance().act(request, { company: task.company, ...(by === undefined ? {} : { by }) }, task),
    },
  });
  return [ledger, tasks, diskCleanUp];
}
