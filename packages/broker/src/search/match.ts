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

/** Columns of one segment, as 32-bit integers. */
export type Columns = {
  states?: Int32Array | undefined;
  what?: Int32Array | undefined;
  who?: Int32Array | undefined;
  labels?: Int32Array | undefined;
  failure?: Int32Array | undefined;
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

/** Where a segment begins, below which number it is looked at, and what runs. */
type Bounds = { first: number; start: number; running: Running };

/** Whether any row of a segment may fit by its state alone: most segments hold none in a rare one. */
export function hasState(match: Match, states: Int32Array | undefined): boolean {
  if (states === undefined) return false;
  const { states: wanted, outcome } = match;
  for (const cell of states) {
    const code = cell & 0xff;
    if (code === 0 || (wanted !== undefined && wanted[code] !== true)) continue;
    if (outcome === undefined || ((cell >> 8) & 0xff) === outcome) return true;
  }
  return false;
}

/** Numbers of the rows that may fit, newest first. One pass over the columns: the busiest loop of a search. */
export function matchingRows(match: Match, columns: Columns, { first, start, running }: Bounds): number[] {
  const numbers: number[] = [];
  const { states = new Int32Array(0) } = columns;
  const checks = checksOf(match, columns);
  if (checks === undefined) return numbers;
  const { states: wanted, outcome, worker, running: rule } = match;
  for (let row = Math.min(states.length, start - first) - 1; row >= 0; row -= 1) {
    const cell = states[row] ?? 0;
    const code = cell & 0xff;
    if (code === 0 || (wanted !== undefined && wanted[code] !== true)) continue;
    if (outcome !== undefined && ((cell >> 8) & 0xff) !== outcome) continue;
    // Who runs it now is written when it ends.
    if (worker !== undefined && cell >>> 16 !== worker && !running.has(first + row)) continue;
    if (rule !== undefined && code === stateCodes.running && running.has(first + row) !== (rule === 'only')) continue;
    if (!passes(checks, row)) continue;
    if (match.tag === undefined || hasTag(match.tag, columns.labels, row)) numbers.push(first + row);
  }
  return numbers;
}

function passes(checks: Check[], row: number): boolean {
  for (const check of checks) if (check.column[row * check.stride + check.place] !== check.hash) return false;
  return true;
}

type Check = { column: Int32Array; stride: number; place: number; hash: number };

/** Undefined: nothing can fit, since a column that is asked for is not there. */
function checksOf(match: Match, { what, who, labels, failure }: Columns): Check[] | undefined {
  const checks: Check[] = [];
  const add = (column: Int32Array | undefined, stride: number, wanted: [place: number, hash: number][]) => {
    for (const [place, hash] of wanted) {
      if (column === undefined) return false;
      checks.push({ column, stride, place, hash });
    }
    return true;
  };
  const isPossible =
    add(what, 3, match.what) &&
    add(who, 2, match.who) &&
    add(labels, 8, match.labels) &&
    add(failure, 1, match.failure === undefined ? [] : [[0, match.failure]]);
  return isPossible ? checks : undefined;
}

/** The same for one row of which the state does not matter. */
export function namesFit(match: Match, columns: Columns, row: number): boolean {
  const checks = checksOf(match, columns);
  return (
    checks !== undefined && passes(checks, row) && (match.tag === undefined || hasTag(match.tag, columns.labels, row))
  );
}

function hasTag(tag: number, column: Int32Array | undefined, row: number): boolean {
  if (column === undefined) return false;
  for (let place = row * 8 + 3; place < row * 8 + 8; place += 1) {
    const pair = column[place] ?? 0;
    if ((pair & 0xffff) === tag || pair >>> 16 === tag) return true;
  }
  return false;
}
