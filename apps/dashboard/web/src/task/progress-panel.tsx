import type { Task } from '@drover/core';
import { Group, Progress, Text } from '@mantine/core';
import { Moment } from '../moment.tsx';
import { Section } from '../section.tsx';
import { stateLooks } from '../state.ts';
import { RunningTime } from '../tasks/task-time.tsx';

/** Where a task is that has not ended: how far, or what it waits for. */
export function ProgressPanel({ task }: { task: Task }) {
  const { state, progress } = task;
  if (state === 'running') {
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
  if (state === 'done' || state === 'error' || state === 'cancelled') {
    if (task.message === undefined || task.message === task.error?.message) return null;
    return (
      <Section title="It said">
        <Text size="sm">{task.message}</Text>
      </Section>
    );
  }
  return (
    <Section title={stateLooks[state].label}>
      <Text size="sm">
        <Waiting task={task} />
      </Text>
    </Section>
  );
}

function Waiting({ task }: { task: Task }) {
  switch (task.state) {
    case 'scheduled':
      return (
        <>
          {task.executions.length > 0 ? 'Tried again' : 'Due'} <Moment at={task.runAt} />
        </>
      );
    case 'waiting':
      return `Ready since it was due; a free worker of queue ${task.queue} takes it next.`;
    case 'depends':
      return 'Begins when the tasks it depends on have ended.';
    case 'requires_attention':
      return 'Its data is wrong, so trying again would fail again. Correct the arguments and retry, or cancel it.';
    case 'running':
    case 'done':
    case 'error':
    case 'cancelled':
      return null;
    default:
      return task.state satisfies never;
  }
}
