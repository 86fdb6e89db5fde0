import type { QueueInfo, TaskState } from '@drover/core';
import { Link } from '@tanstack/react-router';
import { formatCount } from '../count.ts';
import { stateLooks, taskStates } from '../state.ts';
import classes from './state-tabs.module.css';

type Props = { chosen: TaskState; queue: string | undefined; queues: QueueInfo[] | undefined };

/** The states as links, with how many tasks are in each. */
export function StateTabs({ chosen, queue, queues }: Props) {
  const counted = queues?.filter(({ name }) => queue === undefined || name === queue);
  return (
    <nav aria-label="States">
      <ul className={classes.tabs}>
        {taskStates.map((state) => {
          const { label, short, icon: Icon } = stateLooks[state];
          const count = counted?.reduce((sum, { counts }) => sum + counts[state], 0);
          return (
            <li key={state}>
              <Link
                to="/tasks"
                search={{ state, queue }}
                className={classes.tab}
                data-chosen={state === chosen}
                aria-current={state === chosen ? 'page' : undefined}
              >
                <Icon size={16} aria-hidden />
                {short ?? label}
                {count !== undefined && <span className={classes.count}>{formatCount(count)}</span>}
              </Link>
            </li>
          );
        })}
      </ul>
    </nav>
  );
}
