import type { ExecutionEntry } from '@drover/core';
import { Text } from '@mantine/core';
import { Badge, OutcomeBadge } from '../badge.tsx';
import { formatDuration } from '../duration.ts';
import { Moment, useNow } from '../moment.tsx';
import { PageLink } from '../page-link.tsx';
import { stateLooks } from '../state.ts';
import classes from '../tasks/tasks.module.css';

type Props = { execution: ExecutionEntry };

/** To the task, where all its executions stand, with error and log. */
export function ExecutionLink({ execution }: Props) {
  return (
    <PageLink to="/tasks/$id" params={{ id: execution.taskId }} size="sm" fw={600} className={classes.wrap}>
      {execution.name}
    </PageLink>
  );
}

/** What went wrong, and when it is tried again; else the method, where the name does not say it. */
export function ExecutionNote({ execution }: Props) {
  const { error, message, retryAt, name, model, method } = execution;
  const note = error?.message ?? message ?? '';
  if (note === '' && name === `${model}.${method}`) return null;
  return (
    <Text size="xs" lineClamp={1} c={error === undefined ? 'dimmed' : 'var(--tone-red-fg)'} className={classes.wrap}>
      {note === '' ? `${model}.${method}` : note}
      {retryAt !== undefined && (
        <Text span inherit c="dimmed">
          {' '}
          · next try <Moment at={retryAt} />
        </Text>
      )}
    </Text>
  );
}

export function ExecutionOutcome({ execution: { outcome } }: Props) {
  return outcome === undefined ? <Badge look={stateLooks.running} /> : <OutcomeBadge outcome={outcome} />;
}

/** How long it took, or has taken so far. */
export function ExecutionTime({ execution: { startedAt, endedAt, durationSeconds } }: Props) {
  const now = useNow();
  if (endedAt !== undefined && durationSeconds === undefined) return '–';
  const seconds = durationSeconds ?? Math.max(0, now - Date.parse(startedAt)) / 1_000;
  return <span className="numbers">{formatDuration(seconds)}</span>;
}
