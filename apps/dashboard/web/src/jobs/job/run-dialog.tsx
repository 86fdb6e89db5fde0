import { type Job, limits } from '@drover/core';
import { Stack, Text, TextInput } from '@mantine/core';
import { notifications } from '@mantine/notifications';
import { useMutation, useQueryClient } from '@tanstack/react-query';
import { useNavigate } from '@tanstack/react-router';
import { useState } from 'react';
import { cluster } from '../../cluster.ts';
import { Confirmation } from '../../confirmation.tsx';
import { counted } from '../../count.ts';
import { resultQuery } from '../job-queries.ts';

type Props = { job: Job; onClose: () => void };

/** Asks before a job is run by hand, and leads to what comes of it. */
export function RunDialog({ job, onClose }: Props) {
  const [user, setUser] = useState('');
  const navigate = useNavigate();
  const queryClient = useQueryClient();
  const said = user.trim();
  const { mutate, isPending, error } = useMutation({
    mutationFn: () => cluster.jobs.run(job.id, said === '' ? {} : { user: said }),
    onSuccess: async (result) => {
      queryClient.setQueryData(resultQuery(result.id).queryKey, result);
      for (const name of ['jobs', 'job', 'job-results']) void queryClient.invalidateQueries({ queryKey: [name] });
      notifications.show({ message: `${job.name} runs.` });
      onClose();
      await navigate({ to: '/job-results/$id', params: { id: result.id } });
    },
  });
  const count = job.lines.filter(({ active }) => active).length;
  return (
    <Confirmation
      title={`Run ${job.name}?`}
      confirm="Run it now"
      isOpen
      isPending={isPending}
      error={error}
      onConfirm={() => mutate()}
      onClose={onClose}
    >
      <Stack gap="sm">
        <Text size="sm">
          {counted(count, 'line')} will run, one after the other, beginning now.{' '}
          {job.condition !== undefined && 'Its condition is for schedules: by hand it is not asked.'}
        </Text>
        <TextInput
          label="On behalf of"
          description="A user of your system. May be left out."
          maxLength={limits.identityLength}
          autoComplete="off"
          value={user}
          onChange={(event) => setUser(event.currentTarget.value)}
        />
      </Stack>
    </Confirmation>
  );
}
