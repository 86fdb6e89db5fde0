import type { Fault } from './cluster-error.ts';
import { checkTemplate, namesIn } from './expression/expression.ts';
import type { JobLine, JobRequest, JobRun, JobStatus, LineStatus } from './job.ts';
import type { Json } from './json.ts';
import type { Outcome, TaskState } from './state.ts';

/** Names that parameters of a line may use. */
export const jobNames = ['today', 'now', 'user', 'company', 'run', 'filter', 'line'] as const;

/** The condition is asked before there is a line. */
const conditionNames = ['today', 'now', 'user', 'company', 'run'] as const;

/** What is wrong with a job, apart from its methods. Pointers stand in the request. */
export function jobFaults({ lines, condition }: JobRequest): Fault[] {
  const faults = [
    ...checkTemplate((condition?.args ?? []) as Json, conditionNames, '/condition/args'),
    ...checkTemplate(condition?.kwargs ?? {}, conditionNames, '/condition/kwargs'),
  ];
  const numbers = new Set<number>();
  for (const [index, line] of lines.entries()) {
    const root = `/lines/${index}`;
    if (numbers.has(line.number))
      faults.push({ pointer: `${root}/number`, message: `line ${line.number} is there twice` });
    numbers.add(line.number);
    const own = lineFaults(line, root);
    faults.push(...own);
    if (own.length === 0 && line.active) faults.push(...filterFaults(line, root, lines));
  }
  if (!lines.some(({ active }) => active)) faults.push({ pointer: '/lines', message: 'no line is active' });
  return faults;
}

function lineFaults(line: JobLine, root: string): Fault[] {
  const faults = [
    ...checkTemplate(line.args as Json, jobNames, `${root}/args`),
    ...checkTemplate(line.kwargs, jobNames, `${root}/kwargs`),
    ...checkTemplate(line.definition, jobNames, `${root}/definition`),
  ];
  if (line.kind === 'filter') {
    if (line.args.length > 0) faults.push({ pointer: `${root}/args`, message: 'a filter takes its `definition` only' });
    if (Object.keys(line.kwargs).length > 0) {
      faults.push({ pointer: `${root}/kwargs`, message: 'a filter takes its `definition` only' });
    }
    if (line.takesIds) faults.push({ pointer: `${root}/takesIds`, message: 'is for actions' });
  } else if (Object.keys(line.definition).length > 0) {
    faults.push({ pointer: `${root}/definition`, message: 'is for filters' });
  }
  return faults;
}

/** Of a line that uses what a filter left, where there is none. */
function filterFaults(line: JobLine, root: string, lines: readonly JobLine[]): Fault[] {
  if (lines.some(({ active, kind, number }) => active && kind === 'filter' && number < line.number)) return [];
  const message = 'there is no active filter before this line';
  const faults = line.takesIds ? [{ pointer: `${root}/takesIds`, message }] : [];
  for (const part of ['args', 'kwargs', 'definition'] as const) {
    if (namesIn(line[part] as Json).includes('filter')) faults.push({ pointer: `${root}/${part}`, message });
  }
  return faults;
}

/** The lines that run, in the order in which they do. */
export function linesInOrder(lines: readonly JobLine[]): JobLine[] {
  return lines.filter(({ active }) => active).sort((a, b) => a.number - b.number);
}

/** The job as one run has it. */
export function withRun(job: JobRequest, run: JobRun): JobRequest {
  if (run.lines === undefined) return job;
  const lines = job.lines.map((line) => {
    const asked = run.lines?.[String(line.number)];
    return asked === undefined ? line : ({ ...line, ...definedOf(asked) } as JobLine);
  });
  return { ...job, lines };
}

/** What is wrong with a run of the job. Pointers stand in the request of the run, which names lines by their numbers. */
export function runFaults(job: JobRequest, run: JobRun): Fault[] {
  const known = new Set(job.lines.map(({ number }) => String(number)));
  const unknown = Object.keys(run.lines ?? {}).filter((number) => !known.has(number));
  if (unknown.length > 0) {
    return unknown.map((number) => ({ pointer: `/lines/${number}`, message: `there is no line ${number}` }));
  }
  return jobFaults(withRun(job, run)).map((fault) => ({ ...fault, pointer: byNumber(job, fault.pointer) }));
}

/** The place of a line, where its number stands for it. */
export function byNumber({ lines }: JobRequest, pointer: string): string {
  return pointer.replace(/^\/lines\/(\d+)/, (whole, index: string) => {
    const line = lines[Number(index)];
    return line === undefined ? whole : `/lines/${line.number}`;
  });
}

function definedOf<T extends object>(fields: T): Partial<T> {
  return Object.fromEntries(Object.entries(fields).filter(([, value]) => value !== undefined)) as Partial<T>;
}

/** What a filter left: a list of ids or of records that have one, or an object with `ids`. */
export function idsLeft(result: Json): Json[] {
  const list = Array.isArray(result) ? result : isObject(result) && Array.isArray(result.ids) ? result.ids : [];
  return list.map((item) => (isObject(item) && 'id' in item ? (item.id ?? null) : item));
}

function isObject(value: Json): value is { [key: string]: Json } {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

/** A line as far as its run's status follows from it. */
export type LineEnd = {
  state: TaskState | undefined;
  outcome?: Outcome | undefined;
  /** Its condition was false: a filter before it left nothing. */
  isPassedOver: boolean;
  /** Cancelled because of a line before it, not by a person. */
  isBehindFailure: boolean;
  isFilter: boolean;
};

export function lineStatusOf({ state, outcome, isPassedOver }: LineEnd): LineStatus {
  switch (state) {
    case undefined:
    case 'scheduled':
    case 'depends':
    case 'waiting':
      return 'pending';
    case 'running':
    case 'requires_attention':
      return 'running';
    case 'error':
      return 'error';
    case 'cancelled':
      return 'cancelled';
    case 'done':
      if (isPassedOver || outcome === 'skipped') return 'skipped';
      return outcome === 'warning' || outcome === 'info' ? outcome : 'success';
    default:
      return state satisfies never;
  }
}

/** The rule by which a run's status follows from its lines. */
export function jobStatusOf(lines: readonly LineEnd[], stopsOnError: boolean): JobStatus {
  const statuses = lines.map(lineStatusOf);
  const count = (wanted: LineStatus) => statuses.filter((status) => status === wanted).length;
  if (count('pending') === lines.length) return 'pending';
  if (count('pending') + count('running') > 0) return 'running';
  if (lines.some(({ state, isBehindFailure }) => state === 'cancelled' && !isBehindFailure)) return 'cancelled';
  const actions = lines.filter(({ isFilter }) => !isFilter);
  if (count('error') > 0) {
    const isAnyWell = actions.some((line) => ['success', 'info', 'warning'].includes(lineStatusOf(line)));
    return stopsOnError || !isAnyWell ? 'error' : 'warning';
  }
  if (count('warning') > 0) return 'warning';
  const isIdle = actions.every((line) => ['info', 'skipped'].includes(lineStatusOf(line)));
  return isIdle && count('info') + count('skipped') > 0 ? 'info' : 'success';
}

/** Whether nothing of the run is to come. */
export function isRunOver(status: JobStatus): boolean {
  switch (status) {
    case 'pending':
    case 'running':
      return false;
    case 'success':
    case 'info':
    case 'warning':
    case 'error':
    case 'cancelled':
      return true;
    default:
      return status satisfies never;
  }
}
