import type { Schedule } from '@drover/core';
import { Button, Group, Modal, Stack, Text } from '@mantine/core';
import { notifications } from '@mantine/notifications';
import { useMutation, useQueryClient } from '@tanstack/react-query';
import { useNavigate } from '@tanstack/react-router';
import { cluster } from '../../cluster.ts';
import { Confirmation } from '../../confirmation.tsx';

type Props = { schedule: Schedule; onClose: () => void };

/** Deletes a schedule that people made. One that code declares would come back: it says so. */
export function DeleteDialog({ schedule, onClose }: Props) {
  const { kind, name: owner } = schedule.owner;
  if (kind === 'key' || schedule.isUndeclared === true) return <Deletion schedule={schedule} onClose={onClose} />;
  return (
    <Modal opened onClose={onClose} title={`${schedule.name} cannot be deleted here`}>
      <Stack gap="md">
        <Text size="sm">
          {kind === 'code'
            ? `It is declared in code, beside ${owner}: the next worker that starts would bring it back. Take it out of the code, and it goes with the next deployment.`
            : 'It is Drover’s own housekeeping: the next worker that starts would bring it back.'}{' '}
          To stop it now, unschedule it.
        </Text>
        <Group justify="flex-end">
          <Button variant="default" onClick={onClose}>
            Close
          </Button>
        </Group>
      </Stack>
    </Modal>
  );
}

function Deletion({ schedule, onClose }: Props) {
  const { id, name, version } = schedule;
  const navigate = useNavigate();
  const queryClient = useQueryClient();
  const { mutate, isPending, error } = useMutation({
    mutationFn: () => cluster.schedules.remove(id, { version }),
    onSuccess: async () => {
      notifications.show({ message: `${name} is deleted.` });
      await navigate({ to: '/schedules' });
      queryClient.removeQueries({ queryKey: ['schedule', id] });
      await queryClient.invalidateQueries({ queryKey: ['schedules'] });
    },
  });
  return (
    <Confirmation
      title={`Delete ${name}?`}
      confirm="Delete it"
      isOpen
      isPending={isPending}
      isDangerous
      error={error}
      onConfirm={() => mutate()}
      onClose={onClose}
    >
      It fires no more, and its fire log goes with it. The tasks that it made stay. It cannot be brought back.
    </Confirmation>
  );
}
