import type { Task, TaskPatch } from '@drover/core';
import { cluster } from '../cluster.ts';

/** What a person may decide about a task that needs attention. */
export type Decision = 'save' | 'save-and-retry' | 'retry' | 'skip' | 'cancel';

type Words = { label: string; title: string; confirm: string; follows: string; done: string };

export const decisionWords: Record<Decision, Words> = {
  save: {
    label: 'Save',
    title: 'Save the new arguments?',
    confirm: 'Save',
    follows: 'The old ones are kept in the history. The task goes on waiting for a decision.',
    done: 'The new arguments are saved.',
  },
  'save-and-retry': {
    label: 'Save and retry',
    title: 'Save the new arguments and retry?',
    confirm: 'Save and retry',
    follows: 'The task runs again with the new arguments; the old ones are kept in the history.',
    done: 'The task runs again with the new arguments.',
  },
  retry: {
    label: 'Retry',
    title: 'Retry this task?',
    confirm: 'Retry the task',
    follows: 'It runs again with the same arguments. What its earlier attempts did is not undone.',
    done: 'The task is tried again.',
  },
  skip: {
    label: 'Skip',
    title: 'Skip this task?',
    confirm: 'Skip the task',
    follows: 'It ends as done, skipped, without running again.',
    done: 'The task is skipped.',
  },
  cancel: {
    label: 'Cancel',
    title: 'Cancel this task?',
    confirm: 'Cancel the task',
    follows: 'It will not run. Its record stays, and it can be retried later.',
    done: 'The task is cancelled.',
  },
};

/** Whether the task has left the inbox then. */
export function isDecided(decision: Decision): boolean {
  return decision !== 'save';
}

/**
 * @param patch  what of the arguments is new
 * @param said   the comment, or ''
 * @param onSave hears of the task once its arguments are saved, whatever becomes of the rest
 */
export async function decide(
  decision: Decision,
  task: Task,
  patch: TaskPatch,
  said: string,
  onSave: (task: Task) => void,
): Promise<Task> {
  const { tasks } = cluster;
  const comment = said === '' ? undefined : said;
  const isChanged = Object.keys(patch).length > 0;
  const save = async () => {
    if (isChanged) onSave(await tasks.patch(task.id, { ...patch, ...(comment === undefined ? {} : { comment }) }));
  };
  switch (decision) {
    case 'save':
      await save();
      return tasks.get(task.id);
    case 'save-and-retry':
      await save();
      return tasks.retry(task.id, { comment: isChanged ? undefined : comment });
    case 'retry':
      return tasks.retry(task.id, { comment });
    case 'skip':
      return tasks.skip(task.id, { comment });
    case 'cancel':
      return tasks.cancel(task.id, { reason: comment });
    default:
      return decision satisfies never;
  }
}
