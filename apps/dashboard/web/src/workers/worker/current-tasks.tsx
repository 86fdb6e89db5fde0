import type { WorkerDetails } from '@drover/core';
import { Button, Group, Text } from '@mantine/core';
import { useState } from 'react';
import { counted, formatCount } from '../../count.ts';
import { formatDuration } from '../../duration.ts';
import { useNow } from '../../moment.tsx';
import { PageLink } from '../../page-link.tsx';
import { Section } from '../../section.tsx';
import { loadWords } from '../worker-looks.ts';
import classes from '../workers.module.css';

/** Tasks that are drawn at first: a worker may run hundreds. */
const few = 10;

/** What it runs now, the longest first, as the API gives it; what it leaves out is counted. */
export function CurrentTasks({ worker }: { worker: WorkerDetails }) {
  const { tasks, running } = worker;
  const [isAll, setIsAll] = useState(false);
  const shown = isAll ? tasks : tasks.slice(0, few);
  const others = running - tasks.length;
  return (
    <Section
      title="Current tasks"
      aside={
        <Text size="sm" c="dimmed" className="numbers">
          {loadWords(worker)} at a time
        </Text>
      }
      isFlush
    >
      {tasks.length === 0 && others <= 0 && (
        <Text size="sm" c="dimmed" px="1.1rem" pb="1rem">
          It runs nothing now.
        </Text>
      )}
      <ul className={classes.tasks} aria-label="Current tasks">
        {shown.map((task) => (
          <li key={task.id} className={classes.task}>
            <span className={classes.what}>
              <PageLink to="/tasks/$id" params={{ id: task.id }} size="sm" fw={600}>
                {task.name}
              </PageLink>
              {task.name !== task.method && (
                <Text span size="xs" c="dimmed">
                  {task.method}
                </Text>
              )}
            </span>
            {task.startedAt !== undefined && <Since at={task.startedAt} />}
          </li>
        ))}
      </ul>
      {shown.length < tasks.length && (
        <Group p="sm" pl="1.1rem">
          <Button size="xs" variant="default" onClick={() => setIsAll(true)}>
            Show all {formatCount(tasks.length)}
          </Button>
        </Group>
      )}
      {others > 0 && (
        <Text size="sm" c="dimmed" px="1.1rem" py="sm">
          {tasks.length === 0
            ? `${counted(others, 'task')}, not listed here.`
            : `and ${counted(others, 'other')}, not listed here.`}
        </Text>
      )}
    </Section>
  );
}

function Since({ at }: { at: string }) {
  const seconds = Math.max(0, useNow() - Date.parse(at)) / 1_000;
  return (
    <Text span size="sm" c="dimmed" className="numbers">
      for {formatDuration(seconds)}
    </Text>
  );
}
