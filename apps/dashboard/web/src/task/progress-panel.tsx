import { limits, type Task } from '@drover/core';
import { Group, Progress, Text } from '@mantine/core';
import { Section } from '../section.tsx';
import { RunningTime } from '../tasks/task-time.tsx';

/** How far a running task is; what an ended one said, where that is more than a sentence holds. */
export function ProgressPanel({ task }: { task: Task }) {
  const { state, progress } = task;
  if (state !== 'running') {
    const { message = '', error } = task;
    if (message.length <= limits.explainTextLength || message === error?.message) return null;
    return (
      <Section title="It said">
        <Text size="sm">{message}</Text>
      </Section>
    );
  }
  return (
    <Section title="Progress">
      <Group justify="space-between" mb={6} gap="xs">
        <Text size="sm">{progress.message ?? 'At work'}</Text>
        <Text size="sm" className="numbers" c="dimmed">
          {Math.round(progress.percent)} % · <RunningTime task={task} />
        </Text>
      </Group>
      <Progress value={progress.percent} size="lg" radius="xl" animated aria-label="Progress" />
    </Section>
  );
}
