import { DroverError } from '@drover/client';
import { type Flow, type FlowCancel, limits } from '@drover/core';
import { Radio, Stack, Text, Textarea } from '@mantine/core';
import { notifications } from '@mantine/notifications';
import { useMutation } from '@tanstack/react-query';
import { useState } from 'react';
import { cluster } from '../../cluster.ts';
import { Confirmation } from '../../confirmation.tsx';
import { counted } from '../../count.ts';
import { messageOf } from '../../fault.ts';
import { useMayKill } from '../../session/session.ts';
import { useFlowUpdate } from './use-flow-update.ts';

type Props = { flow: Flow; onClose: () => void };

/** Asks what becomes of the tasks that run, and why. */
export function CancelDialog({ flow, onClose }: Props) {
  const [running, setRunning] = useState<FlowCancel['running']>('leave');
  const [reason, setReason] = useState('');
  const update = useFlowUpdate(flow.id);
  const said = reason.trim();
  const { mutate, isPending, error } = useMutation({
    mutationFn: () => cluster.flows.cancel(flow.id, { running, ...(said === '' ? {} : { reason: said }) }),
    onSuccess: () => {
      update();
      notifications.show({ message: 'The flow is cancelled.' });
      onClose();
    },
  });
  const mayKill = useMayKill();
  const runningCount = flow.tasks.filter(({ state }) => state === 'running').length;
  const left = flow.progress.total - flow.progress.ended - runningCount;
  const faults = error instanceof DroverError ? error.faults : [];
  return (
    <Confirmation
      title="Cancel this flow?"
      confirm="Cancel the flow"
      isOpen
      isPending={isPending}
      isDangerous
      error={error}
      onConfirm={() => mutate()}
      onClose={onClose}
    >
      <Stack gap="sm">
        <Text size="sm">
          {left > 0 ? `${counted(left, 'task')} that ${left === 1 ? 'has' : 'have'} not begun will not run. ` : ''}
          What has ended stays as it is, and the flow can be resumed later.
        </Text>
        <Radio.Group
          label={`What becomes of ${runningCount === 0 ? 'tasks that run' : `the ${counted(runningCount, 'task')} that ${runningCount === 1 ? 'runs' : 'run'}`}`}
          value={running}
          onChange={(chosen) => setRunning(chosen === 'kill' ? 'kill' : 'leave')}
        >
          <Stack gap="xs" mt="xs">
            <Radio value="leave" label="Let them go on to their end" />
            <Radio
              value="kill"
              label="Kill them"
              description={mayKill ? 'Part of their work may remain.' : 'Your key may not end tasks that run.'}
              disabled={!mayKill}
            />
          </Stack>
        </Radio.Group>
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
