import type { Outcome, Overview } from '@drover/core';
import { EmptyState } from '@mantine/core';
import { IconMoodSmile } from '@tabler/icons-react';
import { Link } from '@tanstack/react-router';
import { OutcomeBadge } from '../badge.tsx';
import { Moment } from '../moment.tsx';
import { outcomeLooks } from '../state.ts';
import classes from './recent-errors.module.css';

/** The newest failures, each leading to its task. */
export function RecentErrors({ errors }: { errors: Overview['recentErrors'] }) {
  if (errors.length === 0) {
    return (
      <EmptyState
        p="lg"
        size="sm"
        icon={<IconMoodSmile aria-hidden />}
        title="No errors"
        description="Nothing has failed lately."
      />
    );
  }
  return (
    <ul className={classes.errors}>
      {errors.slice(0, 8).map((error) => (
        <li key={`${error.taskId} ${error.at}`}>
          <Link to="/tasks/$id" params={{ id: error.taskId }} className={classes.error}>
            <span className={classes.head}>
              <span className={classes.name}>{error.name}</span>
              <span className={classes.when}>
                <Moment at={error.at} />
              </span>
            </span>
            <span className={classes.message}>{error.message || 'without a message'}</span>
            {error.outcome !== 'error' && isOutcome(error.outcome) && <OutcomeBadge outcome={error.outcome} />}
          </Link>
        </li>
      ))}
    </ul>
  );
}

function isOutcome(value: string): value is Outcome {
  return Object.hasOwn(outcomeLooks, value);
}
