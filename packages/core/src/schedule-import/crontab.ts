import { limits } from '../limits.ts';
import type { TaskScheduleInput } from '../schedule.ts';
import { taskOfCommand } from './crontab-command.ts';
import { nameOf, type ScheduleDraft, withOwnNames } from './draft.ts';

export type CrontabOptions = {
  /** The zone of lines before the first `CRON_TZ=`. Default UTC, with a warning. */
  timeZone?: string | undefined;
  /** What runs commands that are no `model.method`: it gets `{command}`. Default: such lines are refused. */
  commandMethod?: string | undefined;
  /** Whether a user stands before the command, as in /etc/crontab. Default: as it looks. */
  hasUserColumn?: boolean | undefined;
};

type Job = { time: string; rest: string };
type Reading = CrontabOptions & {
  hasUserColumn: boolean;
  /** The zone of the lines to come. */
  zone: string | undefined;
  /** Comment lines that stand directly above. */
  comments: string[];
  /** What the next job is to be told of. */
  notes: string[];
  hasToldOfZone: boolean;
};

const setting = /^(["']?)([A-Za-z_]\w*)\1\s*=\s*(.*)$/;
const job = /^(@\S+|(?:\S+\s+){4}\S+)\s+(\S.*)$/;
/** A heading such as `m h dom mon dow user command`. */
const userHeading = /\bdow\s+user\b|\buser-?name\b/i;
/** Comments that explain the columns, or are a line that was switched off, name nothing. */
const nameless =
  /^\W*$|^\||^\W*minute\b|\bdow\b|\buser-?name\b|\bday of (?:the )?(?:week|month)\b|^(?:[\d*][\d*,/-]*\s+){3}|^@\w+\s/i;

/**
 * A crontab (the user's, or /etc/crontab with its user column), a draft for each of its lines that runs something. The
 * comment directly above a line is its name, else the command is.
 */
export function readCrontab(text: string, options: CrontabOptions = {}): ScheduleDraft[] {
  const lines = text.split(/\r\n|\n|\r/).map((line) => line.trim());
  const hasUserColumn = options.hasUserColumn ?? looksLikeSystem(lines);
  const zone = options.timeZone;
  const reading: Reading = { ...options, hasUserColumn, zone, comments: [], notes: [], hasToldOfZone: false };
  const drafts: ScheduleDraft[] = [];
  for (const [index, line] of lines.entries()) {
    const draft = readLine(line, index + 1, reading);
    if (draft !== undefined) drafts.push(draft);
  }
  return withOwnNames(drafts);
}

/** Undefined: it runs nothing, and is remembered for the lines below it. */
function readLine(words: string, number: number, reading: Reading): ScheduleDraft | undefined {
  if (words === '') {
    reading.comments = [];
    return undefined;
  }
  if (words.startsWith('#')) {
    reading.comments.push(words.replace(/^[#\s]+/, ''));
    return undefined;
  }
  const set = setting.exec(words);
  if (set !== null) {
    readSetting(set[2] as string, set[3] as string, number, reading);
    return undefined;
  }
  const { comments, notes } = reading;
  if (reading.zone === undefined && !reading.hasToldOfZone) {
    notes.push('No time zone is named: from here on, times are taken as UTC.');
    reading.hasToldOfZone = true;
  }
  reading.comments = [];
  reading.notes = [];
  const draft = draftOf(words, comments, reading);
  return { ...draft, source: `line ${number}`, warnings: [...notes, ...draft.warnings] };
}

function readSetting(name: string, value: string, number: number, reading: Reading): void {
  reading.comments = [];
  const text = value.replace(/^(["'])(.*)\1$/, '$2');
  if (name !== 'CRON_TZ' && name !== 'TZ') {
    reading.notes.push(`Line ${number} sets ${name} for all lines below it: that is left out.`);
    return;
  }
  reading.zone = text === '' ? reading.timeZone : text.replace(/^:/, '');
}

function draftOf(words: string, comments: string[], reading: Reading): Omit<ScheduleDraft, 'source'> {
  const { time, rest } = readJob(words);
  if (rest === '') {
    const message = 'expected five fields of time, or one such as @daily, and a command';
    return { name: nameOf(words), warnings: [], faults: [{ pointer: '', message }] };
  }
  const { command, warnings } = reading.hasUserColumn ? withoutUser(rest) : { command: rest, warnings: [] };
  const title = comments.findLast((comment) => !nameless.test(comment));
  const name = nameOf(title ?? command) || nameOf(words);
  if (/^@reboot$/i.test(time)) {
    const message =
      'a cluster does not start, as a machine does: give the line a time, or run its method when the machine starts';
    return { name, warnings, faults: [{ pointer: '/timing', message }] };
  }
  if (narrowsDays(time)) {
    warnings.push('Where a field of days begins with *, cron wants both of them to fit: here one of them is enough.');
  }
  const { task, ...mapped } = taskOfCommand(command, reading.commandMethod);
  const told = { name, warnings: [...warnings, ...mapped.warnings], faults: mapped.faults };
  if (task === undefined) return told;
  const request: TaskScheduleInput = {
    name,
    ...(title === undefined ? {} : { description: command.slice(0, limits.commentLength) }),
    timing: 'schedule',
    frequency: { every: 'cron', cron: time },
    ...(reading.zone === undefined ? {} : { timeZone: reading.zone }),
    task,
  };
  return { ...told, request };
}

/** `rest` is empty where the line is no job. */
function readJob(words: string): Job {
  const [, time = '', rest = ''] = job.exec(words) ?? [];
  // FreeBSD's word for what cron says in its fields.
  return { time: time === '@every_minute' ? '* * * * *' : time.replaceAll(/\s+/g, ' '), rest };
}

/** `*\/2 … 1`: to cron that is a day of the month and a Monday. */
function narrowsDays(time: string): boolean {
  const [, , monthDay = '*', , weekday = '*'] = time.split(' ');
  const isOpen = (field: string) => field === '*' || field === '*/1';
  return !isOpen(monthDay) && !isOpen(weekday) && (monthDay.startsWith('*') || weekday.startsWith('*'));
}

function withoutUser(rest: string): { command: string; warnings: string[] } {
  const [, user = '', command = ''] = /^(\S+)\s*(.*)$/s.exec(rest) ?? [];
  return { command, warnings: [`It runs as ${JSON.stringify(user)} there: a worker runs as its own user.`] };
}

/** Without a heading that says so, all of its jobs are root's. */
function looksLikeSystem(lines: string[]): boolean {
  if (lines.some((line) => line.startsWith('#') && userHeading.test(line))) return true;
  const jobs = lines.filter((line) => line !== '' && !line.startsWith('#') && !setting.test(line)).map(readJob);
  return jobs.length > 0 && jobs.every(({ rest }) => /^root\s+\S/.test(rest));
}
