import { DroverError } from '@drover/client';
import type { Task, TaskPatch } from '@drover/core';
import { Text } from '@mantine/core';
import { notifications } from '@mantine/notifications';
import { useMutation } from '@tanstack/react-query';
import { useState } from 'react';
import { cluster } from '../cluster.ts';
import { isUnder } from '../fault.ts';
import { FormDialog } from '../form-dialog.tsx';
import { type Edit, EditFields, editOf, patchOf } from './edit-fields.tsx';
import { useTaskUpdate } from './task-update.ts';

/** What may be changed: priority and time before it runs, its arguments when they were wrong. */
export function EditDialog({ task, onClose }: { task: Task; onClose: () => void }) {
  const [edit, setEdit] = useState<Edit>(() => editOf(task));
  const [broken, setBroken] = useState<Partial<Record<keyof Edit, string>>>({});
  const update = useTaskUpdate();
  const { mutate, isPending, error } = useMutation({
    mutationFn: (patch: TaskPatch) => cluster.tasks.patch(task.id, patch),
    onSuccess: (changed) => {
      update(changed);
      notifications.show({ message: 'The task is changed.' });
      onClose();
    },
  });
  const save = () => {
    const { patch, faults } = patchOf(task, edit);
    setBroken(faults);
    if (Object.keys(faults).length > 0) return;
    if (Object.keys(patch).length === 0) onClose();
    else mutate(patch);
  };
  const faults = error instanceof DroverError ? error.faults : [];
  const shown = ['priority', 'runAt', 'args', 'kwargs'].filter((field) =>
    faults.some((fault) => isUnder(fault, field)),
  );
  const needsAttention = task.state === 'requires_attention';
  return (
    <FormDialog
      title="Edit the task"
      isWide={needsAttention}
      saving={{ isPending, error }}
      areFaultsShown={shown.length > 0}
      onSave={save}
      onClose={onClose}
    >
      {needsAttention && (
        <Text size="sm">Correct the arguments, save, then retry. They are checked against the method’s schema.</Text>
      )}
      <EditFields task={task} edit={edit} broken={broken} faults={faults} onChange={setEdit} />
    </FormDialog>
  );
}
