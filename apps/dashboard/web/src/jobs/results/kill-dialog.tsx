import { DroverError } from '@drover/client';
import { isRunOver, type JobResult, limits } from '@drover/core';
import { Button, Stack, Text, Textarea } from '@mantine/core';
import { notifications } from '@mantine/notifications';
import { IconAlertTriangle, IconBan } from '@tabler/icons-react';
import { useMutation, useQueryClient } from '@tanstack/react-query';
import { useState } from 'react';
import { cluster } from '../../cluster.ts';
import { Confirmation } from '../../confirmation.tsx';
import { messageOf } from '../../fault.ts';
import { Notice } from '../../notice.tsx';
import { resultQuery } from '../job-queries.ts';

/** Kills a run while it runs. A question that stands there when it ends stays, and says so. */
export function KillButton({ result }: { result: JobResult }) {
  const [isAsked, setIsAsked] = useState(false);
  return (
    <>
      {!isRunOver(result.status) && (
        <Button variant="default" leftSection={<IconBan size={16} aria-hidden />} onClick={() => setIsAsked(true)}>
          Kill …
        </Button>
      )}
      {isAsked && <KillDialog result={result} onClose={() => setIsAsked(false)} />}
    </>
  );
}

function KillDialog({ result, onClose }: { result: JobResult; onClose: () => void }) {
  const [reason, setReason] = useState('');
  const queryClient = useQueryClient();
  const said = reason.trim();
  const { mutate, isPending, error } = useMutation({
    mutationFn: () => cluster.jobs.results.kill(result.id, said === '' ? {} : { reason: said }),
    onSuccess: (killed) => {
      queryClient.setQueryData(resultQuery(result.id).queryKey, killed);
      for (const name of ['job-results', 'job-result', 'jobs', 'job', 'flow', 'flows', 'task']) {
        void queryClient.invalidateQueries({ queryKey: [name] });
      }
      notifications.show({ message: killed.warning ?? 'The run is killed.', autoClose: 15_000 });
      onClose();
    },
    // Most often it ended while the question stood there: the page behind it shall say so.
    onError: () => void queryClient.invalidateQueries({ queryKey: resultQuery(result.id).queryKey }),
  });
  const hasEnded = error instanceof DroverError && error.code === 'job_conflict';
  const faults = error instanceof DroverError ? error.faults : [];
  return (
    <Confirmation
      title="Kill this run?"
      confirm="Kill it"
      isOpen
      isPending={isPending}
      isDangerous
      error={hasEnded ? null : error}
      onConfirm={() => mutate()}
      onClose={onClose}
    >
      <Stack gap="sm">
        <Text size="sm">
          Lines that have not begun will not run. The one that runs is asked to end, and ended the hard way after its
          grace.
        </Text>
        <Notice role="note" tone="amber" icon={IconAlertTriangle}>
          <Text size="sm" c="var(--mantine-color-text)">
            Part of the work may remain done: nothing is taken back.
          </Text>
        </Notice>
        {hasEnded && (
          <Notice role="alert" tone="red" icon={IconAlertTriangle} title="There was nothing left to kill">
            <Text size="sm" c="var(--mantine-color-text)">
              The run ended before. What came of it stands on its page.
            </Text>
          </Notice>
        )}
        <Textarea
          label="Reason"
          description="Kept with the tasks. May be left out."
          autosize
          minRows={1}
          maxRows={6}
          maxLength={limits.commentLength}
          value={reason}
          error={messageOf(faults, 'reason')}
          onChange={(event) => setReason(event.currentTarget.value)}
        />
      </Stack>
    </Confirmation>
  );
}
