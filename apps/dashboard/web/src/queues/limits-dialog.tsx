import { DroverError } from '@drover/client';
import type { QueueInfo, QueuePatch } from '@drover/core';
import { notifications } from '@mantine/notifications';
import { useMutation, useQueryClient } from '@tanstack/react-query';
import { useState } from 'react';
import { cluster, overviewQuery, queuesQuery } from '../cluster.ts';
import { FormDialog } from '../form-dialog.tsx';
import { type Draft, type DraftFaults, draftOf, patchOf, shownFaults } from './limits-draft.ts';
import { LimitsFields } from './limits-fields.tsx';

/**
 * What bounds a queue, and how long its tasks are kept. Only what is changed here is sent; a rate, and the times of
 * keeping, are sent whole.
 */
export function LimitsDialog({ queue, onClose }: { queue: QueueInfo; onClose: () => void }) {
  const { name } = queue;
  const [former] = useState(() => draftOf(queue));
  const [draft, setDraft] = useState<Draft>(former);
  const [broken, setBroken] = useState<DraftFaults>({});
  const queryClient = useQueryClient();
  const { mutate, isPending, error } = useMutation({
    mutationFn: (patch: QueuePatch) => cluster.queues.patch(name, patch),
    onSuccess: async (changed) => {
      queryClient.setQueryData(queuesQuery.queryKey, (known) =>
        known?.map((one) => (one.name === name ? changed : one)),
      );
      notifications.show({ message: `The limits of ${name} are changed.` });
      onClose();
      await queryClient.invalidateQueries({ queryKey: queuesQuery.queryKey });
      await queryClient.invalidateQueries({ queryKey: overviewQuery.queryKey });
    },
  });
  const save = () => {
    const { patch, faults } = patchOf(former, draft);
    setBroken(faults);
    if (Object.keys(faults).length > 0) return;
    if (Object.keys(patch).length === 0) onClose();
    else mutate(patch);
  };
  const shown = error instanceof DroverError ? shownFaults(error.faults) : {};
  return (
    <FormDialog
      title={`Limits of ${name}`}
      isWide
      saving={{ isPending, error }}
      areFaultsShown={Object.keys(shown).length > 0}
      onSave={save}
      onClose={onClose}
    >
      <LimitsFields draft={draft} faults={{ ...shown, ...broken }} onChange={setDraft} />
    </FormDialog>
  );
}
