import type { Task } from '@drover/core';
import { formatDuration } from '../duration.ts';
import { Moment, useNow } from '../moment.tsx';

/** The one time that matters in a task's state: when it is due, since when it runs, when it ended. */
export function TaskTime({ task }: { task: Task }) {
  const { word, at } = timeOf(task);
  return (
    <span>
      {word} <Moment at={at} />
    </span>
  );
}

function timeOf(task: Task): { word: string; at: string } {
  switch (task.state) {
    case 'scheduled':
      return { word: task.retryCount > 0 || task.startedAt !== undefined ? 'again' : 'due', at: task.runAt };
    case 'running':
      return { word: 'started', at: task.startedAt ?? task.createdAt };
    case 'done':
    case 'error':
    case 'cancelled':
      return { word: '', at: task.finishedAt ?? task.createdAt };
    case 'waiting':
    case 'depends':
    case 'requires_attention':
      return { word: 'created', at: task.createdAt };
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
