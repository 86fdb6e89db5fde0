import type { Task } from '@drover/core';
import { Text } from '@mantine/core';
import { Link } from '@tanstack/react-router';
import { JsonBlock } from '../code-block.tsx';
import { Section } from '../section.tsx';
import { useMay } from '../session/session.ts';
import classes from './facts.module.css';

/** What was asked for. */
export function RequestPanel({ task }: { task: Task }) {
  const canRun = useMay('enqueue');
  const again = canRun && (
    <Text size="sm">
      <Link
        to="/run/$method"
        params={{ method: `${task.model}.${task.method}` }}
        search={{ from: task.id }}
        className={classes.link}
      >
        Run it once more
      </Link>
    </Text>
  );
  return (
    <Section title="Request" aside={again}>
      <Text size="sm" c="dimmed">
        Positional arguments
      </Text>
      <JsonBlock value={task.args} label="Positional arguments" />
      <Text size="sm" c="dimmed" mt="sm">
        Named arguments
      </Text>
      <JsonBlock value={task.kwargs} label="Named arguments" />
      {task.resolved !== undefined && (
        <>
          <Text size="sm" c="dimmed" mt="sm">
            What their expressions were when it began
          </Text>
          <JsonBlock value={task.resolved} label="Resolved arguments" />
        </>
      )}
    </Section>
  );
}
