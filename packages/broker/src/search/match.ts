import { type TaskFilter, TaskState } from '@drover/core';
import { hash16, hash32, outcomeCode, stateCodes } from '../index-row.ts';

/**
 * A filter as the index sees it: codes and hashes, column by column. What a hash lets through is compared with the real
 * values afterwards, so a match here may be too much, and is never too little.
 */
export type Match = {
  /** By state code: whether it fits. Undefined: every state. */
  states?: boolean[];
  /** Of the ready ones, only those that run, or only those that do not. */
  running?: 'only' | 'not';
  outcome?: number;
  worker?: number;
  failure?: number;
  /** Hash by place in the row, in units of 4 bytes. */
  what: [place: number, hash: number][];
  who: [place: number, hash: number][];
  labels: [place: number, hash: number][];
  tag?: number;
  /** Unix ms: created, or started, from and before. */
  from?: number;
  to?: number;
};

export type Columns = {
  state?: Buffer;
  what?: Int32Array;
  who?: Int32Array;
  labels?: Int32Array;
  failure?: Int32Array;
};

/** Which tasks a change can be made to. */
export function matchOf(filter: TaskFilter, states: readonly TaskState[] = statesOf(filter)): Match {
  const match: Match = { what: [], who: [], labels: [] };
  if (states.length < TaskState.options.length) {
    match.states = [];
    for (const state of states) match.states[stateCodes[state]] = true;
    const [hasRunning, hasWaiting] = [states.includes('running'), states.includes('waiting')];
    if (hasRunning !== hasWaiting) match.running = hasRunning ? 'only' : 'not';
  }
  if (filter.outcome !== undefined) match.outcome = outcomeCode(filter.outcome);
  if (filter.worker !== undefined) match.worker = hash16(filter.worker);
  if (filter.failure !== undefined) match.failure = signed(hash32(filter.failure));
  addNames(match, filter);
  if (filter.company !== undefined) match.who.push([0, signed(hash32(filter.company))]);
  if (filter.user !== undefined) match.who.push([1, signed(hash32(filter.user))]);
  for (const [place, name] of (['schedule', 'flow', 'job'] as const).entries()) {
    const value = filter[name];
    if (value !== undefined) match.labels.push([place, signed(hash32(value))]);
  }
  if (filter.tag !== undefined) match.tag = hash16(filter.tag);
  if (filter.from !== undefined) match.from = Date.parse(filter.from);
  if (filter.to !== undefined) match.to = Date.parse(filter.to);
  return match;
}

function statesOf({ state }: TaskFilter): readonly TaskState[] {
  return state === undefined ? TaskState.options : [state];
}

function addNames(match: Match, { model, method, queue }: TaskFilter): void {
  const dot = method?.lastIndexOf('.') ?? -1;
  if (model !== undefined) match.what.push([0, signed(hash32(model))]);
  if (method !== undefined && dot >= 0) match.what.push([0, signed(hash32(method.slice(0, dot)))]);
  if (method !== undefined) match.what.push([1, signed(hash32(method.slice(dot + 1)))]);
  if (queue !== undefined) match.what.push([2, signed(hash32(queue))]);
}

/** Columns are looked at as signed 32-bit integers. */
function signed(hash: number): number {
  return hash | 0;
}

/** Whether rows must be looked at in this column at all. */
export function needs(match: Match): { what: boolean; who: boolean; labels: boolean; failure: boolean } {
  return {
    what: match.what.length > 0,
    who: match.who.length > 0,
    labels: match.labels.length > 0 || match.tag !== undefined,
    failure: match.failure !== undefined,
  };
}

/** What is known of a row's task beside the columns: which tasks run now, by number. */
export type Running = ReadonlySet<number>;

/** State, outcome and worker; of a row that holds a task at all. */
export function stateFits(match: Match, state: Buffer, row: number, number: number, running: Running): boolean {
  const code = state[row * 4] ?? 0;
  if (code === 0) return false;
  if (match.states !== undefined && match.states[code] !== true) return false;
  if (match.running !== undefined && code === stateCodes.running) {
    if (running.has(number) !== (match.running === 'only')) return false;
  }
  if (match.outcome !== undefined && state[row * 4 + 1] !== match.outcome) return false;
  // Who runs it now is written when it ends.
  if (match.worker !== undefined && state.readUInt16LE(row * 4 + 2) !== match.worker) return running.has(number);
  return true;
}

/** Names, company, labels, failure. */
export function namesFit(match: Match, columns: Columns, row: number): boolean {
  return (
    fits(match.what, columns.what, row * 3) &&
    fits(match.who, columns.who, row * 2) &&
    fits(match.labels, columns.labels, row * 8) &&
    (match.tag === undefined || hasTag(match.tag, columns.labels, row)) &&
    (match.failure === undefined || columns.failure?.[row] === match.failure)
  );
}

function fits(wanted: [place: number, hash: number][], column: Int32Array | undefined, start: number): boolean {
  for (const [place, hash] of wanted) if (column?.[start + place] !== hash) return false;
  return true;
}

function hasTag(tag: number, column: Int32Array | undefined, row: number): boolean {
  if (column === undefined) return false;
  for (let place = row * 8 + 3; place < row * 8 + 8; place += 1) {
    const pair = column[place] ?? 0;
    if ((pair & 0xffff) === tag || pair >>> 16 === tag) return true;
  }
  return false;
}
