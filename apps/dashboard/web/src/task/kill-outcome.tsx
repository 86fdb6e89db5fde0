import type { KillAnswer } from '@drover/core';
import { Button, Group, Progress, Stack, Text } from '@mantine/core';
import { IconAlertTriangle, IconCircleCheck, IconHourglass, IconSkull } from '@tabler/icons-react';
import { useEffect, useRef } from 'react';
import { Badge } from '../badge.tsx';
import { JsonBlock } from '../code-block.tsx';
import { Notice } from '../notice.tsx';
import type { Look } from '../state.ts';
import { ResultPanel } from './result-panel.tsx';

/** What a kill came to, never told by its colour alone. */
export const killWords: Record<KillAnswer['result'], Look & { means: string }> = {
  ended: {
    label: 'Ended when asked',
    tone: 'green',
    icon: IconCircleCheck,
    means: 'The task ended when it was asked to.',
  },
  killed: {
    label: 'Killed',
    tone: 'red',
    icon: IconSkull,
    means: 'The task did not end within its grace: its process was killed, or it was given up.',
  },
  no_answer: {
    label: 'No answer yet',
    tone: 'amber',
    icon: IconHourglass,
    means:
      'Its worker has not answered in time. It is still asked to end the task; where it is dead, others take over.',
  },
};

/** What became of the task, and what is known of its work. */
export function KillOutcome({ answer, onClose }: { answer: KillAnswer; onClose: () => void }) {
  const { result, warning, checkpoint, task } = answer;
  const { percent, message } = task.progress;
  const isSilent = percent === 0 && message === undefined;
  const look = killWords[result];
  const first = useRef<HTMLDivElement>(null);
  // What had the focus is gone.
  useEffect(() => first.current?.focus(), []);
  return (
    <Stack gap="md">
      <div ref={first} tabIndex={-1} role="status" style={{ outline: 'none' }}>
        <Badge look={look} />
        <Text size="sm" mt={6}>
          {look.means}
        </Text>
      </div>
      <Notice role="note" tone="amber" icon={IconAlertTriangle}>
        <Text size="sm" c="var(--mantine-color-text)">
          {warning}
        </Text>
      </Notice>
      <div>
        <Group justify="space-between" mb={6} gap="xs">
          <Text size="sm" fw={600}>
            Last progress
          </Text>
          <Text size="sm" c="dimmed" className="numbers">
            {isSilent ? 'it told none' : `${Math.round(percent)} %`}
          </Text>
        </Group>
        {!isSilent && <Progress value={percent} radius="xl" aria-label="Last progress" />}
        {message !== undefined && (
          <Text size="sm" mt={6}>
            {message}
          </Text>
        )}
      </div>
      {checkpoint !== undefined && (
        <div>
          <Text size="sm" fw={600} mb={6}>
            Last checkpoint
          </Text>
          <JsonBlock value={checkpoint} label="Last checkpoint as JSON" />
        </div>
      )}
      {/* What is in it can have the focus, and scrolls it. */}
      <div style={{ maxHeight: '22rem', overflowY: 'auto' }}>
        <ResultPanel task={task} />
      </div>
      <Group justify="flex-end">
        <Button onClick={onClose}>Close</Button>
      </Group>
    </Stack>
  );
}
