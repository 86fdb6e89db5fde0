import type { FlowNode } from '@drover/core';
import { Button, Group, Table, Text } from '@mantine/core';
import { useState } from 'react';
import { Badge, TaskBadge } from '../../badge.tsx';
import { counted } from '../../count.ts';
import { Nothing } from '../../nothing.tsx';
import { PageLink } from '../../page-link.tsx';
import { useIsWide, WideTable } from '../../wide-table.tsx';
import { nodeLook, policyWords } from '../flow-looks.ts';
import classes from './flow-page.module.css';
import { WaitsFor } from './waits-for.tsx';

/** Rows drawn at first, and with every click: a thousand at once would hold up the page. */
const step = 100;

const columns = [
  { name: 'Task' },
  { name: 'State' },
  { name: 'Waits for' },
  { name: 'Condition' },
  { name: 'Message' },
];

/** The graph in words: each task, after all that it waits for. */
export function TaskList({ tasks }: { tasks: FlowNode[] }) {
  const [count, setCount] = useState(step);
  const isWide = useIsWide();
  const shown = tasks.slice(0, count);
  return (
    <>
      <Text size="sm" c="dimmed" px="1.1rem" pb="xs">
        A task begins when all that it waits for has ended. <b>cancel</b>: {policyWords.cancel}; <b>continue</b>:{' '}
        {policyWords.continue}.
      </Text>
      {isWide ? (
        <WideTable label="Tasks of the flow" minWidth={820} columns={columns}>
          {shown.map((task) => (
            <Table.Tr key={task.key}>
              <Table.Th scope="row" className={classes.task}>
                <TaskName task={task} />
              </Table.Th>
              <Table.Td>
                <NodeBadges task={task} />
              </Table.Td>
              <Table.Td className={classes.waits}>
                <WaitsFor edges={task.dependsOn} />
              </Table.Td>
              <Table.Td className={classes.condition}>{task.when ?? <Nothing />}</Table.Td>
              <Table.Td className={classes.message}>{task.message || <Nothing />}</Table.Td>
            </Table.Tr>
          ))}
        </WideTable>
      ) : (
        <Cards tasks={shown} />
      )}
      {tasks.length > count && (
        <Group p="md">
          <Button size="xs" variant="default" onClick={() => setCount(count + step)}>
            Show more: {counted(tasks.length - count, 'task')} left
          </Button>
        </Group>
      )}
    </>
  );
}

function Cards({ tasks }: { tasks: FlowNode[] }) {
  return (
    <ul className={classes.cards} aria-label="Tasks of the flow">
      {tasks.map((task) => (
        <li key={task.key} className={classes.card}>
          <TaskName task={task} />
          <NodeBadges task={task} />
          <dl className={classes.pairs}>
            {task.dependsOn.length > 0 && (
              <div>
                <dt>Waits for</dt>
                <dd>
                  <WaitsFor edges={task.dependsOn} />
                </dd>
              </div>
            )}
            {task.when !== undefined && (
              <div>
                <dt>Condition</dt>
                <dd className={classes.condition}>{task.when}</dd>
              </div>
            )}
          </dl>
          {task.message !== undefined && task.message !== '' && <span className={classes.message}>{task.message}</span>}
        </li>
      ))}
    </ul>
  );
}

function TaskName({ task }: { task: FlowNode }) {
  const fullName = `${task.model}.${task.method}`;
  return (
    <div>
      {task.state === undefined ? (
        <Text span size="sm" fw={600}>
          {task.key}
        </Text>
      ) : (
        <PageLink to="/tasks/$id" params={{ id: task.id }} size="sm" fw={600} className={classes.wrap}>
          {task.key}
        </PageLink>
      )}
      <Text size="xs" c="dimmed" className={classes.wrap}>
        {task.name === fullName ? fullName : `${task.name} · ${fullName}`}
        {task.background && ' · in the background'}
      </Text>
    </div>
  );
}

function NodeBadges({ task }: { task: FlowNode }) {
  const { state, outcome, progress } = task;
  if (state === undefined) return <Badge look={nodeLook(task)} />;
  return (
    <span className={classes.badges}>
      <TaskBadge state={state} outcome={outcome} />
      {state === 'running' && progress !== undefined && progress.percent > 0 && (
        <Text span size="xs" c="dimmed" className="numbers">
          {Math.floor(progress.percent)} %{progress.message === undefined ? '' : ` · ${progress.message}`}
        </Text>
      )}
    </span>
  );
}
