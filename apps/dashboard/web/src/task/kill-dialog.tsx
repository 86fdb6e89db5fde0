import { DroverError } from '@drover/client';
import { limits, type Task } from '@drover/core';
import { Button, Group, Loader, Modal, Stack, Text, Textarea } from '@mantine/core';
import { notifications } from '@mantine/notifications';
import { IconAlertTriangle } from '@tabler/icons-react';
import { useMutation, useQueryClient } from '@tanstack/react-query';
import { type FormEvent, useEffect, useRef, useState } from 'react';
import { cluster, taskQuery } from '../cluster.ts';
import { messageOf } from '../fault.ts';
import { Notice } from '../notice.tsx';
import { ProblemNotice } from '../problem.tsx';
import { KillOutcome, killWords } from './kill-outcome.tsx';
import { useTaskUpdate } from './task-update.ts';

/** Asks before a running task is killed, waits for what becomes of it, and tells it. */
export function KillDialog({ task, onClose }: { task: Task; onClose: () => void }) {
  const [reason, setReason] = useState('');
  const isThere = useIsThere();
  const update = useTaskUpdate();
  const queryClient = useQueryClient();
  const said = reason.trim();
  const { mutate, isPending, error, data } = useMutation({
    mutationFn: () => cluster.tasks.kill(task.id, said === '' ? {} : { reason: said }),
    onSuccess: (answer) => {
      update(answer.task);
      if (!isThere.current) notifications.show({ message: killWords[answer.result].means, autoClose: 15_000 });
    },
    // Most often it ended while the question stood there: the page behind it shall say so.
    onError: () => void queryClient.invalidateQueries({ queryKey: taskQuery(task.id).queryKey }),
  });
  const submit = (event: FormEvent) => {
    event.preventDefault();
    if (!isPending) mutate();
  };
  if (data !== undefined) {
    return (
      <Modal opened onClose={onClose} title="What became of it" size="lg">
        <KillOutcome answer={data} onClose={onClose} />
      </Modal>
    );
  }
  return (
    <Modal opened onClose={onClose} title="Kill this task?">
      <form onSubmit={submit} noValidate>
        <Stack gap="sm">
          <Text size="sm">
            It is asked to end, and ended the hard way where it does not within its grace. It counts as cancelled, and
            is not tried again.
          </Text>
          <Notice role="note" tone="amber" icon={IconAlertTriangle}>
            <Text size="sm" c="var(--mantine-color-text)">
              Part of its work may remain done: nothing is taken back.
            </Text>
          </Notice>
          <Textarea
            label="Reason"
            description="Kept with the task. May be left out."
            autosize
            minRows={1}
            maxRows={6}
            maxLength={limits.commentLength}
            value={reason}
            readOnly={isPending}
            error={error instanceof DroverError ? messageOf(error.faults, 'reason') : undefined}
            onChange={(event) => setReason(event.currentTarget.value)}
          />
          {error !== null && <Refusal error={error} />}
          <Group gap="xs" wrap="nowrap" role="status">
            {isPending && (
              <>
                <Loader size={16} aria-hidden style={{ flex: 'none' }} />
                <Text size="sm">
                  Its worker was told. It may take up to 12 seconds until it says what became of it.
                </Text>
              </>
            )}
          </Group>
          <Group justify="flex-end" gap="xs">
            <Button variant="default" onClick={onClose}>
              {isPending ? 'Do not wait' : 'Not now'}
            </Button>
            <Button type="submit" color="red.9" loading={isPending} data-autofocus>
              Kill the task
            </Button>
          </Group>
        </Stack>
      </form>
    </Modal>
  );
}

/** Why it was not killed: it ended before, or whatever else came between. */
function Refusal({ error }: { error: Error }) {
  const code = error instanceof DroverError ? error.code : undefined;
  if (code === 'state_conflict') {
    return (
      <Notice role="alert" tone="red" icon={IconAlertTriangle} title="There was nothing to kill">
        <Text size="sm" c="var(--mantine-color-text)">
          {error.message}
        </Text>
      </Notice>
    );
  }
  return <ProblemNotice error={error} />;
}

/** Whether the dialog is still there when the answer comes. */
function useIsThere() {
  const isThere = useRef(false);
  useEffect(() => {
    isThere.current = true;
    return () => {
      isThere.current = false;
    };
  }, []);
  return isThere;
}
