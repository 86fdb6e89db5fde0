import {
  ClusterError,
  type Execution,
  type ExecutionEntry,
  type ExecutionPage,
  finalStateOf,
  fullMethodName,
  limits,
  type Outcome,
  type Task,
  type TaskFilter,
} from '@drover/core';
import type { Access, Search } from '../cluster.ts';
import { failureOf, fingerprintOf } from '../failures.ts';
import type { FindTask } from '../find-task.ts';
import { outcomeCode, runningCode, segmentRows, widths } from '../index-row.ts';
import { envelopeOf, executionOf, viewTask } from '../task-view.ts';
import { decodeCursor, encodeCursor } from './cursor.ts';
import { isWithin, namesFit } from './fits.ts';
import { type Match, matchOf, namesFit as namesFitRow, needs } from './match.ts';
import { type RowReader, readRows } from './rows.ts';
import { isWithin as isWithinMs, segmentsInTime } from './scan.ts';
import { visibleTo } from './search-tasks.ts';
import { hasWords, wordsOf } from './words.ts';

/** An execution in the index. */
type Run = { number: number; task: number; attempt: number };

const missesMax = 5_000;
const step = 8;

/** Executions that fit, by start, newest first. As `searchTasks`, over the other table. */
export async function searchExecutions(reader: RowReader, search: Search, access: Access): Promise<ExecutionPage> {
  const { limit, cursor, ...asked } = search;
  const before = decodeCursor('runs', cursor);
  const filter = visibleTo(access, asked);
  if (filter === undefined) return { items: [], nextCursor: null };
  const words = filter.q === undefined ? undefined : wordsOf(filter.q);
  const lookMax = words === undefined ? missesMax + limit : limits.searchTasks;
  const items: ExecutionEntry[] = [];
  let looked = 0;
  const page = (next: number | undefined): ExecutionPage => ({
    items,
    nextCursor: next === undefined ? null : encodeCursor('runs', next),
    ...(words === undefined ? {} : { searched: looked, more: next !== undefined }),
  });
  for await (const runs of scanRuns(reader, filter, before)) {
    for (let at = 0; at < runs.length; ) {
      const most = words === undefined ? Math.max(limit - items.length, 10) : limits.searchGroup;
      const group = runs.slice(at, at + Math.min(most, limits.searchGroup, lookMax - looked));
      const tasks = await tasksOf(reader, group);
      for (const run of group) {
        looked += 1;
        const entry = entryOf(tasks.get(run.task), run.attempt, filter, words);
        if (entry === undefined) continue;
        items.push(entry);
        if (items.length === limit) return page(run.number);
      }
      at += group.length;
      if (looked >= lookMax) return page(group.at(-1)?.number);
    }
  }
  return page(undefined);
}

/** `<task id>.<attempt>`. @throws ClusterError execution_unknown */
export async function getExecution(find: FindTask, id: string, access: Access): Promise<ExecutionEntry> {
  const [, taskId, attempt] = /^(.+)\.(\d{1,6})$/.exec(id) ?? [];
  if (taskId !== undefined) {
    const known = await find(taskId, access).catch((error: unknown) => {
      if (error instanceof ClusterError && error.code === 'task_unknown') return undefined;
      throw error;
    });
    const execution = known === undefined ? undefined : executionOf(known.raw, Number(attempt));
    if (known !== undefined && execution !== undefined) return describe(known.task, execution);
  }
  throw new ClusterError('execution_unknown', `there is no execution "${id}"`);
}

type Known = { task: Task; execution: (attempt: number) => Execution | undefined };

async function tasksOf(reader: RowReader, runs: Run[]): Promise<Map<number, Known>> {
  const rows = await readRows(reader, [...new Set(runs.map(({ task }) => task))]);
  const tasks = new Map<number, Known>();
  for (const { number, raw } of rows) {
    const task = viewTask(raw, envelopeOf(raw));
    if (task !== undefined) tasks.set(number, { task, execution: (attempt) => executionOf(raw, attempt) });
  }
  return tasks;
}

function entryOf(
  known: Known | undefined,
  attempt: number,
  filter: TaskFilter,
  words: string[] | undefined,
): ExecutionEntry | undefined {
  if (known === undefined || !namesFit(known.task, filter)) return undefined;
  const { task } = known;
  const execution = known.execution(attempt);
  if (execution === undefined || !executionFits(task, execution, filter)) return undefined;
  return words === undefined || hasWords(task, words) ? describe(task, execution) : undefined;
}

function executionFits(task: Task, execution: Execution, filter: TaskFilter): boolean {
  const { state, outcome, worker } = filter;
  const isRunning = execution.endedAt === undefined;
  return (
    (state === undefined || (task.state === state && (state !== 'running' || isRunning))) &&
    (outcome === undefined || execution.outcome === outcome) &&
    (worker === undefined || execution.worker === worker) &&
    (filter.failure === undefined || failureIdOf(task, execution) === filter.failure) &&
    isWithin(execution.startedAt, filter)
  );
}

/** The group of failures that the execution would make, had it ended the task. */
function failureIdOf({ model, method }: Task, { outcome, message, error }: Execution): string | undefined {
  if (outcome === undefined || finalStateOf(outcome) !== 'error') return undefined;
  return fingerprintOf(fullMethodName(model, method), failureOf(outcome, message, error));
}

function describe(task: Task, execution: Execution): ExecutionEntry {
  return {
    ...execution,
    name: task.name,
    model: task.model,
    method: task.method,
    queue: task.queue,
    ...(task.company === undefined ? {} : { company: task.company }),
    ...(task.user === undefined ? {} : { user: task.user }),
    taskState: task.state,
  };
}

async function* scanRuns(
  reader: RowReader,
  filter: TaskFilter,
  before: number | undefined,
): AsyncGenerator<Run[], void, undefined> {
  const { segments } = reader;
  const { newest, held } = await segments.bounds('runs');
  // The state is the task's at this moment, and its failure: they are looked at when it is read.
  const { state, outcome, failure: _, ...names } = filter;
  const match = matchOf(names);
  const code = state === 'running' ? runningCode : outcome === undefined ? undefined : outcomeCode(outcome as Outcome);
  const start = Math.min(before ?? Number.POSITIVE_INFINITY, newest + 1);
  const { wanted } = await segmentsInTime(reader, 'runs', match, held, Math.floor((start - 1) / segmentRows));
  for (let at = 0; at < wanted.length; at += step) {
    const group = wanted.slice(at, at + step);
    const states = await segments.columns('runs', 's', group, newest);
    const runs: Run[] = [];
    for (const segment of group) {
      const rows = await segments.bytes('runs', 't', segment, newest);
      runs.push(...runsOf(match, code, { segment, start, states: states.get(segment), rows }));
    }
    yield await ofNames(reader, match, runs);
  }
}

type RunSegment = { segment: number; start: number; states: Int32Array | undefined; rows: Buffer | undefined };

function runsOf(match: Match, code: number | undefined, { segment, start, states, rows }: RunSegment): Run[] {
  if (states === undefined || rows === undefined) return [];
  const width = widths.runs.t;
  const runs: Run[] = [];
  const first = segment * segmentRows;
  const isTimed = match.from !== undefined || match.to !== undefined;
  for (let row = Math.min(states.length, start - first) - 1; row >= 0; row -= 1) {
    const cell = states[row] ?? 0;
    const found = cell & 0xff;
    if (found === 0 || (code !== undefined && found !== code)) continue;
    if (match.worker !== undefined && cell >>> 16 !== match.worker) continue;
    if (isTimed && !isWithinMs(match, rows.readUIntLE(row * width + 8, 6))) continue;
    runs.push({
      number: first + row,
      task: rows.readUIntLE(row * width, 6),
      attempt: rows.readUInt16LE(row * width + 6),
    });
  }
  return runs;
}

/** Those whose tasks have the names asked for: the tasks' own rows tell. */
async function ofNames({ segments }: RowReader, match: Match, runs: Run[]): Promise<Run[]> {
  const need = needs(match);
  if (!need.what && !need.who && !need.labels) return runs;
  const { newest } = await segments.bounds('rows');
  const touched = [...new Set(runs.map(({ task }) => Math.floor(task / segmentRows)))];
  const none = new Map<number, Int32Array | undefined>();
  const [what, who, labels] = await Promise.all([
    need.what ? segments.columns('rows', 'w', touched, newest) : none,
    need.who ? segments.columns('rows', 'c', touched, newest) : none,
    need.labels ? segments.columns('rows', 'l', touched, newest) : none,
  ]);
  const columns = new Map(touched.map((s) => [s, { what: what.get(s), who: who.get(s), labels: labels.get(s) }]));
  return runs.filter(({ task }) =>
    namesFitRow(match, columns.get(Math.floor(task / segmentRows)) ?? {}, task % segmentRows),
  );
}
