import type { Task } from '@drover/core';
import { Text, TextInput } from '@mantine/core';
import { notifications } from '@mantine/notifications';
import { useMutation } from '@tanstack/react-query';
import { useState } from 'react';
import { cluster } from '../cluster.ts';
import { Confirmation } from '../confirmation.tsx';
import type { TaskAction } from '../state.ts';
import { useTaskUpdate } from './task-update.ts';

type Action = Exclude<TaskAction, 'edit' | 'kill'>;

const words: Record<Action, { title: string; confirm: string; follows: string; done: string }> = {
  cancel: {
    title: 'Cancel this task?',
    confirm: 'Cancel the task',
    follows: 'It will not run. Its record stays, and it can be retried later.',
    done: 'The task is cancelled.',
  },
  retry: {
    title: 'Retry this task?',
    confirm: 'Retry the task',
    follows: 'It runs again with the same arguments. What its earlier attempts did is not undone.',
    done: 'The task is tried again.',
  },
  'run-now': {
    title: 'Run this task now?',
    confirm: 'Run it now',
    follows: 'It does not wait for its time any longer; the next free worker takes it.',
    done: 'The task does not wait any longer.',
  },
};

type Props = { action: Action; task: Task; onClose: () => void };

export function ActionConfirmation({ action, task, onClose }: Props) {
  const [reason, setReason] = useState('');
  const update = useTaskUpdate();
  const { title, confirm, follows, done } = words[action];
  const { mutate, isPending, error } = useMutation({
    mutationFn: () => act(action, task.id, reason.trim()),
    onSuccess: (changed) => {
      update(changed);
      notifications.show({ message: done });
      onClose();
    },
  });
  return (
    <Confirmation
      title={title}
      confirm={confirm}
      isOpen
      isPending={isPending}
      isDangerous={action === 'cancel'}
      error={error}
      onConfirm={() => mutate()}
      onClose={onClose}
    >
      <Text size="sm">{follows}</Text>
      {action === 'cancel' && (
        <TextInput
          label="Reason"
          description="Kept with the task. May be left out."
          maxLength={200}
          value={reason}
          onChange={(event) => setReason(event.currentTarget.value)}
        />
      )}
    </Confirmation>
  );
}

function act(action: Action, id: string, reason: string): Promise<Task> {
  switch (action) {
    case 'cancel':
      return cluster.tasks.cancel(id, reason === '' ? {} : { reason });
    case 'retry':
      return cluster.tasks.retry(id);
    case 'run-now':
      return cluster.tasks.runNow(id);
    default:
      return action satisfies never;
  }
}
