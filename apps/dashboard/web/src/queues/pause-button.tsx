import { Button } from '@mantine/core';
import { useDisclosure } from '@mantine/hooks';
import { notifications } from '@mantine/notifications';
import { IconPlayerPause } from '@tabler/icons-react';
import { useMutation, useQueryClient } from '@tanstack/react-query';
import { cluster, overviewQuery, queuesQuery } from '../cluster.ts';
import { Confirmation } from '../confirmation.tsx';
import type { Look } from '../state.ts';

export const pausedLook: Look = { label: 'Paused', tone: 'amber', icon: IconPlayerPause };

/** Stops a queue from giving out tasks, after asking; resumes it at once. */
export function PauseButton({ name, isPaused }: { name: string; isPaused: boolean }) {
  const [isAsking, { open, close }] = useDisclosure(false);
  const queryClient = useQueryClient();
  const { mutate, isPending, error, reset } = useMutation({
    mutationFn: () => (isPaused ? cluster.queues.resume(name) : cluster.queues.pause(name)),
    onSuccess: async () => {
      close();
      notifications.show({ message: isPaused ? `Queue ${name} goes on.` : `Queue ${name} is paused.` });
      await Promise.all([
        queryClient.invalidateQueries({ queryKey: queuesQuery.queryKey }),
        queryClient.invalidateQueries({ queryKey: overviewQuery.queryKey }),
      ]);
    },
  });
  const ask = () => {
    reset();
    open();
  };
  const word = isPaused ? 'Resume' : 'Pause';
  return (
    <>
      <Button size="compact-sm" variant="default" aria-label={`${word} queue ${name}`} onClick={ask}>
        {word}
      </Button>
      <Confirmation
        title={`${word} queue ${name}?`}
        confirm={`${word} ${name}`}
        isOpen={isAsking}
        isPending={isPending}
        error={error}
        onConfirm={() => mutate()}
        onClose={close}
      >
        {isPaused
          ? 'Workers take its waiting tasks again, the oldest of the highest priority first.'
          : 'Begun tasks go on, and new ones are accepted. None is taken until somebody resumes the queue.'}
      </Confirmation>
    </>
  );
}
