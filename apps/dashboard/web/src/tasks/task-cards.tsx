import type { Task } from '@drover/core';
import { TaskBadge } from '../badge.tsx';
import { Cards } from '../cards.tsx';
import { Moment } from '../moment.tsx';
import { TaskLink, TaskNote, TaskTags } from './task-facts.tsx';
import { PageChoice, RowChoice } from './task-table.tsx';
import { RunningTime, TaskTime, timeOf } from './task-time.tsx';
import classes from './tasks.module.css';
import type { Selection } from './use-selection.ts';

/** The same as the table, for narrow screens. */
export function TaskCards({ tasks, selection }: { tasks: Task[]; selection: Selection | undefined }) {
  return (
    <>
      {selection !== undefined && (
        <div className={classes.pageChoice}>
          <PageChoice selection={selection} label="Select all on this page" />
        </div>
      )}
      <Cards label="Tasks">
        {tasks.map((task) => (
          <li key={task.id} className={classes.card} data-chosen={selection?.ids.has(task.id)}>
            <span className={classes.title}>
              <span className={classes.chosenName}>
                {selection !== undefined && <RowChoice task={task} selection={selection} />}
                <TaskLink task={task} />
              </span>
              <span className={classes.badges}>
                <TaskBadge state={task.state} outcome={task.outcome} />
              </span>
            </span>
            <TaskNote task={task} />
            <TaskTags tags={task.tags} />
            <CardFacts task={task} />
          </li>
        ))}
      </Cards>
    </>
  );
}

function CardFacts({ task }: { task: Task }) {
  return (
    <span className={classes.facts}>
      <span>{task.queue}</span>
      {task.company !== undefined && <span>{task.company}</span>}
      <span>priority {task.priority}</span>
      <span>
        created <Moment at={task.createdAt} />
      </span>
      {timeOf(task) !== undefined && <TaskTime task={task} />}
      {task.startedAt !== undefined && (
        <span>
          took <RunningTime task={task} />
        </span>
      )}
    </span>
  );
}
