import { Progress, type ProgressEvent, type StateEvent, splitMethodName, type TaskState } from '@drover/core';
import { queueOfTaskId } from '../task-id.ts';

/** An entry of one of the two streams of news; what it holds is told in `keys.ts`. */
export type NewsEntry = { stream: NewsStream; id: string; field: string; text: string };
export type NewsStream = 'events' | 'pulse';

/** One thing that an entry tells of one task. Without an event: it has logged something. */
export type News = {
  taskId: string;
  event: StateEvent | ProgressEvent | undefined;
  entry: NewsEntry;
  /** Which line of its entry it is, from 0, and whether the last. */
  line: number;
  isLast: boolean;
};

/** A stream's entries as Redis answers them. */
export type RawEntry = [id: string, fields: string[]];

export function entryOf(stream: NewsStream, [id, [field = '', text = '']]: RawEntry): NewsEntry {
  return { stream, id, field, text };
}

/** Both in order of time. Of one millisecond the pulse comes first: a task says how far it is before it ends. */
export function merged(events: NewsEntry[], pulse: NewsEntry[]): NewsEntry[] {
  const all: NewsEntry[] = [];
  let at = 0;
  for (const event of events) {
    for (; at < pulse.length && msOf((pulse[at] as NewsEntry).id) <= msOf(event.id); at += 1) {
      all.push(pulse[at] as NewsEntry);
    }
    all.push(event);
  }
  return all.concat(pulse.slice(at));
}

/** When an entry was written, Unix ms by the clock of Redis. */
export function msOf(id: string): number {
  return Number(id.slice(0, id.indexOf('-')));
}

/** Below 0: the first is older. */
export function compareIds(a: string, b: string): number {
  return msOf(a) - msOf(b) || Number(a.slice(a.indexOf('-') + 1)) - Number(b.slice(b.indexOf('-') + 1));
}

/** What an entry tells, line by line. Lines of tasks that nobody cares for cost no more than finding their id. */
export function* newsOf(entry: NewsEntry, isWanted: (taskId: string) => boolean): Generator<News, void, undefined> {
  const { field, text } = entry;
  const lines = field === 'p' ? [text] : text.split('\n');
  for (const [line, told] of lines.entries()) {
    const taskId = field === 'e' ? part(told, 2) : field === 'p' ? part(told, 0) : told;
    if (!isWanted(taskId)) continue;
    const event = eventOf(field, told, entry.id);
    if (event === undefined && field !== 'l') continue;
    yield { taskId, event, entry, line, isLast: line === lines.length - 1 };
  }
}

/** A value of a line, without taking the rest apart. */
function part(line: string, place: number): string {
  let start = 0;
  for (let at = 0; at < place; at += 1) start = line.indexOf('\t', start) + 1;
  const end = line.indexOf('\t', start);
  return end === -1 ? line.slice(start) : line.slice(start, end);
}

function eventOf(field: string, line: string, id: string): StateEvent | ProgressEvent | undefined {
  switch (field) {
    case 'e': {
      const [state, outcome, taskId = '', fullName = '', company] = line.split('\t');
      return {
        type: 'state',
        ...taskFields(taskId, fullName, company),
        state: state as TaskState,
        ...(outcome === '' ? {} : { outcome: outcome as NonNullable<StateEvent['outcome']> }),
        at: isoOf(id),
      };
    }
    case 'p': {
      const [taskId = '', fullName = '', company, ...rest] = line.split('\t');
      const { success, data } = Progress.safeParse(parsed(rest.join('\t')));
      if (!success) return undefined;
      return { type: 'progress', ...taskFields(taskId, fullName, company), progress: data, at: isoOf(id) };
    }
    default:
      return undefined;
  }
}

function taskFields(taskId: string, fullName: string, company: string | undefined) {
  const queue = queueOfTaskId(taskId) ?? '';
  return { taskId, ...splitMethodName(fullName), queue, ...(company ? { company } : {}) };
}

function parsed(json: string): unknown {
  try {
    return JSON.parse(json);
  } catch {
    return undefined;
  }
}

let lastIso = { ms: Number.NaN, text: '' };

function isoOf(id: string): string {
  const ms = msOf(id);
  if (ms !== lastIso.ms) lastIso = { ms, text: new Date(ms).toISOString() };
  return lastIso.text;
}
