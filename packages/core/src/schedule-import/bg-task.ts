import { limits } from '../limits.ts';
import { Identity, MethodName, ModelName } from '../names.ts';
import type { TaskScheduleInput } from '../schedule.ts';
import type { Frequency, FrequencyUnit } from '../schedule-rule/rule.ts';
import { Cells, isRow, shown, unknownColumns } from './bg-task-cells.ts';
import { nameOf, type ScheduleDraft, withOwnNames, withoutExpressions } from './draft.ts';

export type BgTaskOptions = {
  /** Unix ms: what is to run once and has gone by is over. */
  now: number;
  /** In which days, weeks and months are counted. `date_run` is in UTC all the same. Default UTC. */
  timeZone?: string | undefined;
};

type Repeat = { every: FrequencyUnit; months?: number };

/** The old system's words for how often, and those of its forerunners. */
const repeats = new Map<string, Repeat>([
  ...['seconds', 'second'].map((word) => [word, { every: 'seconds' }] as [string, Repeat]),
  ...['minutes', 'minute', 'minutely'].map((word) => [word, { every: 'minutes' }] as [string, Repeat]),
  ...['hourly', 'hours', 'hour'].map((word) => [word, { every: 'hourly' }] as [string, Repeat]),
  ...['daily', 'days', 'day'].map((word) => [word, { every: 'daily' }] as [string, Repeat]),
  ...['weekly', 'weeks', 'week'].map((word) => [word, { every: 'weekly' }] as [string, Repeat]),
  ...['monthly', 'months', 'month'].map((word) => [word, { every: 'monthly' }] as [string, Repeat]),
  ...['yearly', 'years', 'year'].map((word) => [word, { every: 'monthly', months: 12 }] as [string, Repeat]),
  ['cron', { every: 'cron' }],
]);
const noRepeat = new Set(['none', 'no', 'never', 'once']);

const runningStates = new Set(['draft', 'new', 'ready', 'pending', 'waiting', 'queued', 'scheduled', 'running']);
const failedStates = new Set(['error', 'failed', 'exception']);
const endedStates = new Set(['done', 'finished', 'cancel', 'cancelled', 'canceled', 'stopped', 'paused', 'suspended']);

/** Rows of an old system's `bg.task` table, a draft for each. */
export function readBgTasks(rows: readonly unknown[], options: BgTaskOptions): ScheduleDraft[] {
  const drafts = rows.map((row, index) => ({ ...draftOf(row, options), source: `row ${index + 1}` }));
  const unknown = unknownColumns(rows);
  if (unknown.length > 0) {
    const names = unknown.slice(0, limits.faults).map((name) => name.slice(0, limits.tagLength));
    const more = unknown.length > names.length ? `, and ${unknown.length - names.length} more` : '';
    drafts[0]?.warnings.unshift(
      `Columns that mean nothing here were left out, in all rows: ${names.join(', ')}${more}.`,
    );
  }
  return withOwnNames(drafts);
}

function draftOf(row: unknown, options: BgTaskOptions): Omit<ScheduleDraft, 'source'> {
  if (!isRow(row)) {
    return {
      warnings: [],
      faults: [{ pointer: '', message: `must be an object with a field for each column, got ${shown(row)}` }],
    };
  }
  const cells = new Cells(row);
  const warnings: string[] = [];
  const task = taskOf(cells, warnings);
  const when = whenOf(cells, options, warnings);
  const isInactive = inactivity(cells, when.timing, warnings);
  const name = nameOf(cells.text('name') ?? '') || `${task.model}.${task.method}`;
  const told = { name, warnings, faults: cells.faults };
  if (cells.faults.length > 0) return told;
  const description = cells.text('description')?.slice(0, limits.commentLength);
  const request: TaskScheduleInput = { name, ...(description === undefined ? {} : { description }), ...when, task };
  return { ...told, request, ...(isInactive && { isInactive }) };
}

function taskOf(cells: Cells, warnings: string[]): TaskScheduleInput['task'] {
  const model = cells.named('model', ModelName) ?? missing(cells, 'model');
  const method = cells.named('method', MethodName) ?? missing(cells, 'method');
  let priority = cells.whole('priority', 0, limits.priorityMax);
  if (priority === 0) {
    priority = limits.priorityMin;
    warnings.push('Priority 0 became 1, the first there is.');
  }
  const timeoutSeconds = cells.whole('timeout', 0, limits.timeoutSeconds);
  const kwargs = cells.dict('kwargs');
  const options = {
    args: cells.list('args')?.map(withoutExpressions),
    kwargs: kwargs && withoutExpressions(kwargs),
    priority,
    maxRetries: cells.whole('maxRetries', 0, limits.maxRetries),
    // 0 is no bound over there: here the method's own counts.
    timeoutSeconds: timeoutSeconds === 0 ? undefined : timeoutSeconds,
    user: cells.named('user', Identity),
    company: cells.named('company', Identity),
  };
  const given = Object.entries(options).filter(([, value]) => value !== undefined);
  return { model, method, ...Object.fromEntries(given) };
}

function missing(cells: Cells, field: 'model' | 'method'): string {
  if (cells.text(field) === undefined) cells.fault(field, 'is required');
  return '';
}

type When = Pick<TaskScheduleInput, 'timing' | 'startAt' | 'frequency' | 'timeZone' | 'maxFires' | 'missed'>;

function whenOf(cells: Cells, options: BgTaskOptions, warnings: string[]): When {
  const startAt = cells.instant('dateRun');
  const start = startAt === undefined ? {} : { startAt: new Date(startAt).toISOString().replace('.000Z', 'Z') };
  const zone = options.timeZone === undefined ? {} : { timeZone: options.timeZone };
  const word = (cells.text('repeat') ?? 'none').toLowerCase();
  if (noRepeat.has(word)) {
    if (startAt === undefined) cells.fault('dateRun', 'is required: it runs once, and nothing says when');
    else if (startAt <= options.now) cells.fault('dateRun', `already over: it was to run once, at ${start.startAt}`);
    return { timing: 'later', ...start, ...zone };
  }
  const frequency = frequencyOf(cells, word);
  if (startAt === undefined && frequency?.every !== 'cron') {
    warnings.push('It has no date: its times are counted from when it is created.');
  }
  const calls = cells.whole('numberCall', -1, limits.scheduleFires) ?? -1;
  if (calls === 0) cells.fault('numberCall', 'already over: no calls are left');
  const isCaughtUp = cells.flag('doAll');
  return {
    timing: 'schedule',
    ...start,
    ...zone,
    ...(frequency && { frequency }),
    ...(calls > 0 && { maxFires: calls }),
    ...(isCaughtUp === true && { missed: 'all' }),
  };
}

function frequencyOf(cells: Cells, word: string): Frequency | undefined {
  const repeat = repeats.get(word);
  if (repeat === undefined) {
    const words = 'none, seconds, minutes, hourly, daily, weekly, monthly, yearly or cron';
    cells.fault('repeat', `must be ${words}, got ${shown(word)}`);
    return undefined;
  }
  if (repeat.every === 'cron') {
    // Some hold the expression where others hold the number.
    const cron = cells.text('cron') ?? cells.text('interval');
    if (cron === undefined) cells.fault('cron', 'is required with repeat cron');
    return cron === undefined ? undefined : { every: 'cron', cron };
  }
  const { every, months = 1 } = repeat;
  const interval = (cells.whole('interval', 0, limits.scheduleInterval) || 1) * months;
  return { every, ...(interval > 1 && { interval }) };
}

/** Whether it does not run over there, and why, as a warning. */
function inactivity(cells: Cells, timing: When['timing'], warnings: string[]): boolean {
  const state = (cells.text('state') ?? 'pending').toLowerCase();
  if (endedStates.has(state) && timing === 'later') cells.fault('state', `already over: it is ${state}`);
  else if (!runningStates.has(state) && !failedStates.has(state) && !endedStates.has(state)) {
    cells.fault('state', `is not known: ${shown(state)}`);
  }
  if (failedStates.has(state)) warnings.push('It ended in error there. Here it goes on.');
  const isInactive = cells.flag('active') === false || endedStates.has(state);
  if (isInactive) {
    const why = endedStates.has(state) ? `It is ${state} there` : 'It is not active there';
    warnings.push(`${why}: once created, it is unscheduled. Reschedule it when it shall run.`);
  }
  return isInactive;
}
