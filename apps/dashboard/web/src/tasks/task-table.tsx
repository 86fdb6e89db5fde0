import type { Task } from '@drover/core';
import { Checkbox, Table, Text } from '@mantine/core';
import { TaskBadge } from '../badge.tsx';
import { Moment } from '../moment.tsx';
import { type Column, WideTable } from '../wide-table.tsx';
import { TaskLink, TaskNote, TaskTags } from './task-facts.tsx';
import { RunningTime, TaskTime } from './task-time.tsx';
import classes from './tasks.module.css';
import type { Selection } from './use-selection.ts';

type Props = {
  tasks: Task[];
  /** None for people who may change nothing. */
  selection: Selection | undefined;
};

export function TaskTable({ tasks, selection }: Props) {
  const hasCompanies = tasks.some(({ company }) => company !== undefined);
  return (
    <WideTable label="Tasks" minWidth={900} columns={columnsOf(selection, hasCompanies)}>
      {tasks.map((task) => (
        <Table.Tr key={task.id} data-chosen={selection?.ids.has(task.id)} className={classes.row}>
          {selection !== undefined && (
            <Table.Td className={classes.choice}>
              <RowChoice task={task} selection={selection} />
            </Table.Td>
          )}
          <Table.Th scope="row" className={classes.name}>
            <TaskLink task={task} />
            <TaskNote task={task} />
            <TaskTags tags={task.tags} />
          </Table.Th>
          <Table.Td>
            <span className={classes.badges}>
              <TaskBadge state={task.state} outcome={task.outcome} />
            </span>
          </Table.Td>
          <Table.Td>{task.queue}</Table.Td>
          {hasCompanies && (
            <Table.Td className={classes.company}>
              {task.company ?? (
                <Text span c="dimmed" size="sm">
                  –
                </Text>
              )}
            </Table.Td>
          )}
          <Table.Td ta="right">{task.priority}</Table.Td>
          <Table.Td ta="right" className={classes.line}>
            <Moment at={task.createdAt} />
          </Table.Td>
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

function columnsOf(selection: Selection | undefined, hasCompanies: boolean): Column[] {
  return [
    ...(selection === undefined ? [] : [{ name: 'Selected', control: <PageChoice selection={selection} /> }]),
    { name: 'Task' },
    { name: 'State' },
    { name: 'Queue' },
    ...(hasCompanies ? [{ name: 'Company' }] : []),
    { name: 'Priority', isNumber: true },
    { name: 'Created', isNumber: true },
    { name: 'Then', isNumber: true },
    { name: 'Took', isNumber: true },
  ];
}

export function PageChoice({ selection, label }: { selection: Selection; label?: string }) {
  const { ids, isWhole, togglePage } = selection;
  return (
    <Checkbox
      size="xs"
      label={label}
      aria-label={label === undefined ? 'Select all on this page' : undefined}
      checked={isWhole}
      indeterminate={!isWhole && ids.size > 0}
      onChange={togglePage}
    />
  );
}

export function RowChoice({ task, selection }: { task: Task; selection: Selection }) {
  return (
    <Checkbox
      size="xs"
      aria-label={`Select ${task.name}`}
      checked={selection.ids.has(task.id)}
      onChange={() => selection.toggle(task.id)}
    />
  );
}
