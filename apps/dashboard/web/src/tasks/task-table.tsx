import type { Task } from '@drover/core';
import { Progress, Table, Text } from '@mantine/core';
import { TaskBadge } from '../badge.tsx';
import { PageLink } from '../page-link.tsx';
import { WideTable } from '../wide-table.tsx';
import { RunningTime, TaskTime } from './task-time.tsx';
import classes from './tasks.module.css';

const columns = [
  { name: 'Task' },
  { name: 'State' },
  { name: 'Queue' },
  { name: 'Priority', isNumber: true },
  { name: 'When', isNumber: true },
  { name: 'Took', isNumber: true },
];

export function TaskTable({ tasks }: { tasks: Task[] }) {
  return (
    <WideTable label="Tasks" minWidth={820} columns={columns}>
      {tasks.map((task) => (
        <Table.Tr key={task.id}>
          <Table.Th scope="row" className={classes.name}>
            <TaskLink task={task} />
            <TaskNote task={task} />
          </Table.Th>
          <Table.Td>
            <span className={classes.badges}>
              <TaskBadge state={task.state} outcome={task.outcome} />
            </span>
          </Table.Td>
          <Table.Td>{task.queue}</Table.Td>
          <Table.Td ta="right">{task.priority}</Table.Td>
          <Table.Td ta="right" className={classes.line}>
            <TaskTime task={task} />
          </Table.Td>
          <Table.Td ta="right" className={classes.line}>
            <RunningTime task={task} />
          </Table.Td>
        </Table.Tr>
      ))}
    </WideTable>
  );
}

export function TaskLink({ task }: { task: Task }) {
  return (
    <PageLink to="/tasks/$id" params={{ id: task.id }} size="sm" fw={600} className={classes.wrap}>
      {task.name}
    </PageLink>
  );
}

/** What else one wants to know at a glance: how far it is, or what went wrong. */
export function TaskNote({ task }: { task: Task }) {
  if (task.state === 'running') {
    const { percent, message } = task.progress;
    return (
      <span className={classes.progress}>
        <Progress value={percent} size="sm" aria-label={`Progress of ${task.name}`} />
        <Text span size="xs" c="dimmed" className="numbers">
          {Math.round(percent)} %{message === undefined ? '' : ` · ${message}`}
        </Text>
      </span>
    );
  }
  const note = task.error?.message ?? task.message;
  if (note !== undefined && note !== '') {
    return (
      <Text
        size="xs"
        lineClamp={1}
        c={task.error === undefined ? 'dimmed' : 'var(--tone-red-fg)'}
        className={classes.wrap}
      >
        {note}
      </Text>
    );
  }
  const fullName = `${task.model}.${task.method}`;
  if (task.name === fullName) return null;
  return (
    <Text size="xs" c="dimmed" className={classes.wrap}>
      {fullName}
    </Text>
  );
}
