import type { Task } from '@drover/core';
import { formatDuration } from '../duration.ts';
import { Moment, useNow } from '../moment.tsx';

/** What happened last, or happens next, in a task's state: when it is due, since when it runs, when it ended. */
export function TaskTime({ task }: { task: Task }) {
  const time = timeOf(task);
  if (time === undefined) return '–';
  return (
    <span>
      {time.word} <Moment at={time.at} />
    </span>
  );
}

/** None where nothing has happened since it was created. */
export function timeOf(task: Task): { word: string; at: string } | undefined {
  switch (task.state) {
    case 'scheduled':
      return { word: task.retryCount > 0 || task.startedAt !== undefined ? 'again' : 'due', at: task.runAt };
    case 'running':
      return { word: 'started', at: task.startedAt ?? task.createdAt };
    case 'done':
    case 'error':
    case 'cancelled':
      return { word: 'ended', at: task.finishedAt ?? task.createdAt };
    case 'waiting':
    case 'depends':
      return undefined;
    case 'requires_attention':
      return task.startedAt === undefined ? undefined : { word: 'ran', at: task.startedAt };
    default:
      return task.state satisfies never;
  }
}

/** How long it ran, or runs. */
export function RunningTime({ task }: { task: Task }) {
  const now = useNow();
  if (task.startedAt === undefined) return '–';
  const isRunning = task.state === 'running';
  if (!isRunning && task.finishedAt === undefined) return '–';
  const endMs = isRunning ? now : Date.parse(task.finishedAt ?? '');
  return <span className="numbers">{formatDuration(Math.max(0, endMs - Date.parse(task.startedAt)) / 1_000)}</span>;
}
