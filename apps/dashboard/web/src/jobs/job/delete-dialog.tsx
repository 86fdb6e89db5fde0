import type { Job } from '@drover/core';
import { notifications } from '@mantine/notifications';
import { useMutation, useQueryClient } from '@tanstack/react-query';
import { useNavigate } from '@tanstack/react-router';
import { cluster } from '../../cluster.ts';
import { Confirmation } from '../../confirmation.tsx';

/** Asks before a job is deleted. One that a schedule runs is refused, and the reason shown. */
export function DeleteDialog({ job, onClose }: { job: Job; onClose: () => void }) {
  const { id, name, version } = job;
  const navigate = useNavigate();
  const queryClient = useQueryClient();
  const { mutate, isPending, error } = useMutation({
    mutationFn: () => cluster.jobs.remove(id, { version }),
    onSuccess: async () => {
      notifications.show({ message: `${name} is deleted.` });
      await navigate({ to: '/jobs' });
      queryClient.removeQueries({ queryKey: ['job', id] });
      await queryClient.invalidateQueries({ queryKey: ['jobs'] });
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
      It runs no more. Its results stay as long as their tasks are kept. It cannot be brought back.
    </Confirmation>
  );
}
