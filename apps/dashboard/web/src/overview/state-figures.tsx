import type { QueueInfo } from '@drover/core';
import { Link } from '@tanstack/react-router';
import { formatCount } from '../count.ts';
import { stateLooks, taskStates } from '../state.ts';
import classes from './state-figures.module.css';

/** How many tasks are in each state, over all queues; each figure leads to its tasks. */
export function StateFigures({ queues }: { queues: QueueInfo[] }) {
  return (
    <ul className={classes.figures} aria-label="Tasks by state">
      {taskStates.map((state) => {
        const { label, icon: Icon, tone } = stateLooks[state];
        const count = queues.reduce((sum, queue) => sum + queue.counts[state], 0);
        return (
          <li key={state}>
            <Link to="/tasks" search={{ state }} className={classes.figure} data-empty={count === 0}>
              <span className={classes.label}>
                <Icon size={16} aria-hidden style={{ color: `var(--tone-${tone}-fg)` }} />
                {label}
              </span>
              <span className={classes.count}>{formatCount(count)}</span>
            </Link>
          </li>
        );
      })}
    </ul>
  );
}
