import type { FailureGroup } from '@drover/core';
import { Button } from '@mantine/core';
import { useDisclosure } from '@mantine/hooks';
import { IconRefresh } from '@tabler/icons-react';
import { ActionDialog } from '../actions/action-dialog.tsx';

/** Retries all tasks that failed in this way, after showing how many they are. */
export function RetryGroup({ group }: { group: FailureGroup }) {
  const [isAsked, { open, close }] = useDisclosure(false);
  return (
    <>
      <Button
        variant="default"
        size="compact-sm"
        leftSection={<IconRefresh size={15} aria-hidden />}
        aria-label={`Retry all that failed with ${group.name}: ${group.message}`}
        onClick={open}
      >
        Retry all
      </Button>
      {isAsked && <ActionDialog asked={{ action: 'retry', filter: { failure: group.id } }} onClose={close} />}
    </>
  );
}
