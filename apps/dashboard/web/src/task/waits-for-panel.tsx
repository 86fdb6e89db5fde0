import type { Task } from '@drover/core';
import { Button, Code, Text } from '@mantine/core';
import { useQueries } from '@tanstack/react-query';
import { Link } from '@tanstack/react-router';
import { useState } from 'react';
import { TaskBadge } from '../badge.tsx';
import { taskQuery } from '../cluster.ts';
import { counted } from '../count.ts';
import { policyWords } from '../flows/flow-looks.ts';
import { Section } from '../section.tsx';
import classes from './waits-for-panel.module.css';

/** Each is asked for by itself: so many at first, and with every click. */
const step = 20;

/** What must have ended before the task begins, how that is, and under which condition it runs then. */
export function WaitsForPanel({ task: { dependsOn = [], when } }: { task: Task }) {
  const [count, setCount] = useState(step);
  const shown = dependsOn.slice(0, count);
  const tasks = useQueries({
    queries: shown.map(({ id }) => ({ ...taskQuery(id), refetchOnMount: 'always' as const })),
  });
  if (dependsOn.length === 0 && when === undefined) return null;
  return (
    <Section title={dependsOn.length === 0 ? 'Condition' : 'Waits for'}>
      {shown.length > 0 && (
        <ul className={classes.list}>
          {shown.map(({ id, key, onFailure }, index) => {
            const before = tasks[index]?.data;
            return (
              <li key={id}>
                <span className={classes.name}>
                  <Link to="/tasks/$id" params={{ id }} className={classes.link}>
                    {key}
                  </Link>
                  <Text span size="xs" c="dimmed">
                    {onFailure}: {policyWords[onFailure]}
                  </Text>
                </span>
                {before !== undefined && (
                  <span className={classes.badges}>
                    <TaskBadge state={before.state} outcome={before.outcome} />
                  </span>
                )}
                {tasks[index]?.isError === true && (
                  <Text span size="xs" c="dimmed">
                    not known any more
                  </Text>
                )}
              </li>
            );
          })}
        </ul>
      )}
      {dependsOn.length > count && (
        <Button size="xs" variant="default" mt="xs" onClick={() => setCount(count + step)}>
          Show more: {counted(dependsOn.length - count, 'task')} left
        </Button>
      )}
      {when !== undefined && (
        <Text size="sm" mt={shown.length > 0 ? 'sm' : 0}>
          Then it runs only when <Code className={classes.when}>{when}</Code>
        </Text>
      )}
    </Section>
  );
}
