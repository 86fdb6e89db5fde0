import { DroverError } from '@drover/client';
import type { QueueInfo, QueuePatch } from '@drover/core';
import { Button, Group, Modal, Stack } from '@mantine/core';
import { notifications } from '@mantine/notifications';
import { useMutation, useQueryClient } from '@tanstack/react-query';
import { type FormEvent, useState } from 'react';
import { cluster, overviewQuery, queuesQuery } from '../cluster.ts';
import { ProblemNotice } from '../problem.tsx';
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
  const submit = (event: FormEvent) => {
    event.preventDefault();
    const { patch, faults } = patchOf(former, draft);
    setBroken(faults);
    if (Object.keys(faults).length > 0) return;
    if (Object.keys(patch).length === 0) onClose();
    else mutate(patch);
  };
  const shown = error instanceof DroverError ? shownFaults(error.faults) : {};
  return (
    <Modal opened onClose={onClose} title={`Limits of ${name}`} size="lg">
      <form onSubmit={submit} noValidate>
        <Stack gap="md">
          <LimitsFields draft={draft} faults={{ ...shown, ...broken }} onChange={setDraft} />
          {error !== null && <ProblemNotice error={error} skipFaults={Object.keys(shown).length > 0} />}
          <Group justify="flex-end" gap="xs">
            <Button variant="default" onClick={onClose}>
              Not now
            </Button>
            <Button type="submit" loading={isPending}>
              Save
            </Button>
          </Group>
        </Stack>
      </form>
    </Modal>
  );
}
