import type { FailureGroup } from '@drover/core';
import { Button, Skeleton, Text } from '@mantine/core';
import { useDisclosure } from '@mantine/hooks';
import { notifications } from '@mantine/notifications';
import { IconRefresh } from '@tabler/icons-react';
import { useMutation, useQuery } from '@tanstack/react-query';
import { useNavigate } from '@tanstack/react-router';
import { cluster } from '../cluster.ts';
import { Confirmation } from '../confirmation.tsx';
import { counted } from '../count.ts';
import { QueryPart } from '../query-part.tsx';
import classes from './attention.module.css';

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
      {isAsked && <Asked group={group} onClose={close} />}
    </>
  );
}

function Asked({ group, onClose }: { group: FailureGroup; onClose: () => void }) {
  const navigate = useNavigate();
  const action = { action: 'retry', filter: { failure: group.id } } as const;
  const preview = useQuery({
    queryKey: ['preview', action],
    queryFn: ({ signal }) => cluster.actions.preview(action, { signal }),
    staleTime: 0,
    gcTime: 0,
  });
  const { mutate, isPending, error } = useMutation({
    mutationFn: () => cluster.actions.start(action),
    onSuccess: ({ id }) => {
      notifications.show({ message: 'They are being retried: the task that does it tells how far it is.' });
      onClose();
      void navigate({ to: '/tasks/$id', params: { id } });
    },
  });
  return (
    <Confirmation
      title="Retry all that failed like this?"
      confirm={preview.data === undefined ? 'Retry' : `Retry ${counted(preview.data.count, 'task')}`}
      isOpen
      isPending={isPending}
      error={error}
      onConfirm={() => {
        if (preview.data !== undefined && preview.data.count > 0) mutate();
        else if (preview.data !== undefined) onClose();
      }}
      onClose={onClose}
    >
      <QueryPart query={preview} skeleton={<Skeleton height={90} />}>
        {({ count, samples }) => (
          <div>
            <Text size="sm">
              {count === 0
                ? 'None of its tasks can be retried now: they have been retried, or are done otherwise.'
                : `${counted(count, 'task')} would run again with the same arguments. What the earlier attempts did is not undone.`}
            </Text>
            {samples.length > 0 && (
              <ul className={classes.samples} aria-label="Some of them">
                {samples.map((task) => (
                  <li key={task.id}>
                    {task.name} <span className="mono">{task.id}</span>
                  </li>
                ))}
              </ul>
            )}
          </div>
        )}
      </QueryPart>
    </Confirmation>
  );
}
