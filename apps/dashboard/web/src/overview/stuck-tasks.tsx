import type { StuckTask } from '@drover/core';
import { IconClockX, IconGhost2, IconRepeat } from '@tabler/icons-react';
import type { ReactNode } from 'react';
import { Badge } from '../badge.tsx';
import { Moment } from '../moment.tsx';
import { PageLink } from '../page-link.tsx';
import type { Look } from '../state.ts';
import classes from './stuck-tasks.module.css';

/** `means` is told the moment that the reason counts from. */
const looks: Record<StuckTask['reason'], Look & { means: (since: ReactNode) => ReactNode }> = {
  overdue: {
    label: 'Overdue',
    tone: 'amber',
    icon: IconClockX,
    means: (since) => <>Its time and its grace were over {since}, and it goes on.</>,
  },
  worker_lost: {
    label: 'Worker lost',
    tone: 'red',
    icon: IconGhost2,
    means: (since) => <>Its worker was last heard of {since}. It is taken over soon.</>,
  },
  crash_loop: {
    label: 'Crash loop',
    tone: 'red',
    icon: IconRepeat,
    means: (since) => <>Workers died with it. It began again {since}.</>,
  },
};

/** Running tasks with which something is wrong, each leading to its page, which says more. */
export function StuckTasks({ tasks }: { tasks: StuckTask[] }) {
  return (
    <ul className={classes.tasks} aria-label="Stuck tasks">
      {tasks.map(({ taskId, name, reason, since }) => (
        <li key={taskId} className={classes.task}>
          <PageLink to="/tasks/$id" params={{ id: taskId }} size="sm" fw={600}>
            {name}
          </PageLink>
          <Badge look={looks[reason]} />
          <span className={classes.words}>{looks[reason].means(<Moment at={since} />)}</span>
        </li>
      ))}
    </ul>
  );
}
