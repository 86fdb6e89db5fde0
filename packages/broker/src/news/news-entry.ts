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
  /** Which piece of news of its entry it is, from 0, and whether the last. */
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

/** What an entry tells, task by task. What concerns tasks that nobody cares for costs no more than finding their id. */
export function* newsOf(entry: NewsEntry, isWanted: (taskId: string) => boolean): Generator<News, void, undefined> {
  const { field, text } = entry;
  switch (field) {
    case 'e': {
      const lines = text.split('\n').map((line) => line.split('\t'));
      const count = lines.reduce((sum, values) => sum + (values[4] ?? '').split(' ').length, 0);
      let line = 0;
      for (const [state = '', outcome = '', fullName = '', company = '', ids = ''] of lines) {
        for (const taskId of ids.split(' ')) {
          if (isWanted(taskId)) {
            const event = stateEvent({ state, outcome, taskId, fullName, company }, entry.id);
            yield { taskId, event, entry, line, isLast: line === count - 1 };
          }
          line += 1;
        }
      }
      return;
    }
    case 'p': {
      const [taskId = '', fullName = '', company, ...rest] = text.split('\t');
      const { success, data } = Progress.safeParse(isWanted(taskId) ? parsed(rest.join('\t')) : undefined);
      if (!success) return;
      const fields = taskFields(taskId, fullName, company);
      const event: ProgressEvent = { type: 'progress', ...fields, progress: data, at: isoOf(entry.id) };
      yield { taskId, event, entry, line: 0, isLast: true };
      return;
    }
    case 'l': {
      const ids = text.split('\n');
      for (const [line, taskId] of ids.entries()) {
        if (isWanted(taskId)) yield { taskId, event: undefined, entry, line, isLast: line === ids.length - 1 };
      }
      return;
    }
    default:
      return;
  }
}

type Told = { state: string; outcome: string; taskId: string; fullName: string; company: string };

function stateEvent({ state, outcome, taskId, fullName, company }: Told, id: string): StateEvent {
  return {
    type: 'state',
    ...taskFields(taskId, fullName, company),
    state: state as TaskState,
    ...(outcome === '' ? {} : { outcome: outcome as NonNullable<StateEvent['outcome']> }),
    at: isoOf(id),
  };
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
