import type { Frequency, Schedule, ScheduleRequest } from '@drover/core';

/** One field of two definitions of a schedule that are not the same. */
export type Difference = { field: string; label: string; before: unknown; after: unknown };

type Definition = Partial<ScheduleRequest>;

const labels: Record<keyof ScheduleRequest, string> = {
  name: 'Name',
  description: 'Description',
  timing: 'Timing',
  startAt: 'Start',
  endAt: 'Not after',
  finishAt: 'Finish',
  frequency: 'Frequency',
  timeZone: 'Time zone',
  maxFires: 'Number of fires, at most',
  jitterSeconds: 'Spread, seconds',
  missed: 'Missed times',
  overlap: 'Still running at the next fire',
  pauseAfterFailures: 'Pause after failures in a row',
  task: 'Task',
  job: 'Job',
};

const taskLabels: Record<string, string> = {
  model: 'model',
  method: 'method',
  args: 'positional arguments',
  kwargs: 'named arguments',
  name: 'display name',
  maxRetries: 'retries',
  timeoutSeconds: 'timeout, seconds',
  expiresAfterSeconds: 'expires after, seconds',
  notifyOnFailure: 'people are told of failures',
};

/** Where two definitions differ, field by field; those of the task by themselves. */
export function differencesOf(before: Definition, after: Definition): Difference[] {
  return (Object.keys(labels) as (keyof ScheduleRequest)[]).flatMap((field) => differencesAt(field, before, after));
}

/** What a person changed of a schedule that is declared in code: before, as the code says it. */
export function driftOf(schedule: Schedule): Difference[] {
  const { drift } = schedule;
  if (drift === undefined) return [];
  const fields = new Set(drift.fields.map((field) => field.replace(/^\//, '').split(/[./]/)[0] ?? field));
  return [...fields].flatMap((field) => differencesAt(field as keyof ScheduleRequest, drift.declared, schedule));
}

function differencesAt(field: keyof ScheduleRequest, before: Definition, after: Definition): Difference[] {
  if (isSame(before[field], after[field])) return [];
  if (field !== 'task' || before.task === undefined || after.task === undefined) {
    return [{ field, label: labels[field] ?? field, before: before[field], after: after[field] }];
  }
  const [old, now] = [before.task, after.task] as [Record<string, unknown>, Record<string, unknown>];
  return [...new Set([...Object.keys(old), ...Object.keys(now)])]
    .filter((part) => !isSame(old[part], now[part]))
    .map((part) => ({
      field: `task.${part}`,
      label: `Task: ${taskLabels[part] ?? part}`,
      before: old[part],
      after: now[part],
    }));
}

/** Whatever the order of their keys. What is left out is the same as undefined. */
export function isSame(a: unknown, b: unknown): boolean {
  return sorted(a) === sorted(b);
}

function sorted(value: unknown): string {
  return JSON.stringify(value, (_key, inner: unknown) =>
    typeof inner === 'object' && inner !== null && !Array.isArray(inner)
      ? Object.fromEntries(Object.entries(inner).sort(([a], [b]) => (a < b ? -1 : 1)))
      : inner,
  );
}

/** The value of a field for people, in short. */
export function valueWords(field: string, value: unknown): string {
  if (value === undefined) return '–';
  if (typeof value === 'string') return value;
  return field === 'frequency' ? frequencyWords(value as Frequency) : JSON.stringify(value);
}

/** `weekly, every 2, on MO, TH, at 02:00` */
function frequencyWords({ every, interval, at, weekdays, monthDay, cron }: Frequency): string {
  const parts = [
    every,
    interval !== undefined && interval > 1 && `every ${interval}`,
    weekdays !== undefined && `on ${weekdays.join(', ')}`,
    monthDay !== undefined && (monthDay === 'last' ? 'on the last day' : `on day ${monthDay}`),
    at !== undefined && `at ${at}`,
    cron,
  ];
  return parts.filter((part) => typeof part === 'string').join(', ');
}
