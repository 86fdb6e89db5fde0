import type { Schedule } from '@drover/core';
import { Button, Group, Modal, Stack, Text } from '@mantine/core';
import { cluster } from '../../cluster.ts';
import { Deletion } from '../../deletion.tsx';

type Props = { schedule: Schedule; onClose: () => void };

/** Deletes a schedule that people made. One that code declares would come back: it says so. */
export function DeleteDialog({ schedule, onClose }: Props) {
  const { kind, name: owner } = schedule.owner;
  if (kind === 'key' || schedule.isUndeclared === true) {
    const { id, version } = schedule;
    const remove = () => cluster.schedules.remove(id, { version });
    return (
      <Deletion what="schedule" thing={schedule} remove={remove} onClose={onClose}>
        It fires no more, and its fire log goes with it. The tasks that it made stay. It cannot be brought back.
      </Deletion>
    );
  }
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
