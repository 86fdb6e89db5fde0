import type { Task } from '@drover/core';
import { TaskBadge } from '../badge.tsx';
import { TaskLink, TaskNote } from './task-table.tsx';
import { RunningTime, TaskTime } from './task-time.tsx';
import classes from './tasks.module.css';

/** The same as the table, for narrow screens. */
export function TaskCards({ tasks }: { tasks: Task[] }) {
  return (
    <ul className={classes.cards} aria-label="Tasks">
      {tasks.map((task) => (
        <li key={task.id} className={classes.card}>
          <span className={classes.title}>
            <TaskLink task={task} />
            <span className={classes.badges}>
              <TaskBadge state={task.state} outcome={task.outcome} />
            </span>
          </span>
          <TaskNote task={task} />
          <span className={classes.facts}>
            <span>{task.queue}</span>
            <span>priority {task.priority}</span>
            <TaskTime task={task} />
            {task.startedAt !== undefined && (
              <span>
                took <RunningTime task={task} />
              </span>
            )}
          </span>
        </li>
      ))}
    </ul>
  );
}
