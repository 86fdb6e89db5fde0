import type { QueueInfo, TaskState } from '@drover/core';
import { Text } from '@mantine/core';
import { Badge } from '../badge.tsx';
import { formatCount } from '../count.ts';
import { formatDuration } from '../duration.ts';
import { PageLink } from '../page-link.tsx';
import { stateLooks } from '../state.ts';
import { limitWords } from './limit-words.ts';
import { pausedLook } from './pause-button.tsx';
import classes from './queues.module.css';

type Props = { queue: QueueInfo };

export function QueueName({ queue: { name, paused } }: Props) {
  return (
    <span className={classes.heading}>
      <Text span size="sm" fw={600} c="var(--mantine-color-text)" className={classes.wrap}>
        {name}
      </Text>
      {paused && <Badge look={pausedLook} />}
    </span>
  );
}

/** What bounds it, in a few words. */
export function QueueLimits({ queue }: Props) {
  const words = limitWords(queue);
  if (words.length === 0) return null;
  return (
    <Text size="xs" c="dimmed" className={classes.wrap}>
      {words.join(' · ')}
    </Text>
  );
}

/** How many of its tasks are in a state; leads to them. */
export function Count({ queue, state }: Props & { state: TaskState }) {
  const count = queue.counts[state];
  if (count === 0) return <Nothing />;
  return (
    <PageLink
      to="/tasks"
      search={{ state, queue: queue.name }}
      size="sm"
      aria-label={`${formatCount(count)} ${stateLooks[state].label.toLowerCase()} in ${queue.name}`}
    >
      {formatCount(count)}
    </PageLink>
  );
}

/** Of those that wait: how long the first has, and how many are held back, because enough of their key run. */
export function WaitingNotes({ queue: { held = 0, oldestWaitingSeconds } }: Props) {
  const notes = [
    ...(oldestWaitingSeconds === null
      ? []
      : [`oldest ${formatDuration(oldestWaitingSeconds).replaceAll(' ', '\u00a0')}`]),
    ...(held === 0 ? [] : [`${formatCount(held)} held for their key`]),
  ];
  return notes.map((note) => (
    <Text key={note} size="xs" c="dimmed" className={classes.note}>
      {note}
    </Text>
  ));
}

/** How many take from it; that none does is said where tasks wait for one. */
export function WorkerCount({ queue: { workers, counts } }: Props) {
  if (workers === 0 && counts.waiting > 0) {
    return <span className={classes.nobody}>none takes from it</span>;
  }
  return <span className="numbers">{formatCount(workers)}</span>;
}

function Nothing() {
  return (
    <Text span size="sm" c="dimmed">
      0
    </Text>
  );
}
