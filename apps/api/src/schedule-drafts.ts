import { limits, readBgTasks, readCrontab, type ScheduleDraft, ScheduleRequest } from '@drover/core';
import { parseCsv } from './csv-rows.ts';
import { nameIn, ownFormats, ownItems, parseOwn } from './import-file.ts';
import type { JsonDocument } from './json-body.ts';
import { parseJsonText } from './json-body.ts';
import { faultOfArguments, faultsOf, invalid, pointerOf } from './json-faults.ts';

/** What an import reads, with the media types that its text may come as. The first one that fits is the default. */
export const importFormats = {
  ...ownFormats,
  crontab: ['text/plain'],
  'bg-task-csv': ['text/csv'],
  'bg-task-json': ['application/json'],
} as const satisfies Record<string, readonly string[]>;
export type ImportFormat = keyof typeof importFormats;

export type DraftOptions = {
  timeZone?: string | undefined;
  /** What runs shell commands of a crontab, in full. */
  method?: string | undefined;
  userColumn?: boolean | undefined;
  /** Unix ms. */
  now: number;
};

/** A draft whose request, where it has one, is checked field by field. */
export type CheckedDraft = Omit<ScheduleDraft, 'request'> & {
  request?: ScheduleRequest | undefined;
  /** It names its job; the request has a stand-in for the id. */
  jobName?: string | undefined;
};

/**
 * The schedules that a text holds. A bad one spoils only itself.
 * @throws ClusterError body_invalid, request_invalid: it is not in this format at all
 */
export function readDrafts(text: string, format: ImportFormat, options: DraftOptions): CheckedDraft[] {
  const drafts = draftsOf(text, format, options);
  if (drafts.length <= limits.importSchedules) return drafts;
  const message = `holds ${drafts.length} schedules, and may hold ${limits.importSchedules}: send it in parts`;
  throw invalid([{ pointer: '', message }]);
}

function draftsOf(text: string, format: ImportFormat, options: DraftOptions): CheckedDraft[] {
  switch (format) {
    case 'json':
    case 'yaml':
      return ownDrafts(parseOwn(text, format), options);
    case 'crontab': {
      const { timeZone, method, userColumn } = options;
      return readCrontab(text, { timeZone, commandMethod: method, hasUserColumn: userColumn }).map(checked);
    }
    case 'bg-task-json':
      return readBgTasks(rowsOf(parseJsonText(text, 'The body').value), options).map(checked);
    case 'bg-task-csv': {
      const rows = parseCsv(text);
      const drafts = readBgTasks(
        rows.map((each) => ('row' in each ? each.row : {})),
        options,
      );
      return drafts.map((draft, index) => {
        const { source } = draft;
        const row = rows[index];
        if (row === undefined || 'row' in row) return checked(draft);
        return { source, warnings: [], faults: [{ pointer: '', message: row.problem }] };
      });
    }
    default:
      return format satisfies never;
  }
}

/** Drover's own. */
function ownDrafts(document: JsonDocument, { timeZone }: DraftOptions): CheckedDraft[] {
  return ownItems(document, 'schedules').map(({ value, place, source }) => {
    const name = nameIn(value);
    const { jobName, asked } = jobNameIn(value);
    const parsed = ScheduleRequest.safeParse(asked);
    if (!parsed.success) return { source, name, warnings: [], faults: faultsOf(parsed.error.issues, pointerOf) };
    const request = timeZone === undefined ? parsed.data : { timeZone, ...parsed.data };
    return keepable({ source, name, request, jobName, warnings: [], faults: [] }, value, document, place);
  });
}

/** The id of a job differs from cluster to cluster, so files have its name. */
function jobNameIn(value: unknown): { jobName?: string; asked: unknown } {
  if (typeof value !== 'object' || value === null || 'job' in value) return { asked: value };
  const { jobName, ...rest } = value as { jobName?: unknown };
  return typeof jobName === 'string' ? { jobName, asked: { ...rest, job: 'job_0' } } : { asked: value };
}

/** The drafts with the ids of the jobs that they name. @param idOf undefined where there is no such job */
export function withJobs(
  drafts: CheckedDraft[],
  idOf: (name: string) => Promise<string | undefined>,
): Promise<CheckedDraft[]> {
  const found = new Map<string, Promise<string | undefined>>();
  const once = (name: string) => {
    const id = found.get(name) ?? idOf(name);
    found.set(name, id);
    return id;
  };
  return Promise.all(
    drafts.map(async ({ jobName, ...draft }) => {
      const { request, ...rest } = draft;
      if (jobName === undefined || request === undefined) return draft;
      const job = await once(jobName);
      if (job !== undefined)
        return { ...rest, request: { ...request, job, task: { ...request.task, kwargs: { job } } } };
      return { ...rest, faults: [...rest.faults, { pointer: '/jobName', message: `there is no job "${jobName}"` }] };
    }),
  );
}

/** The rows alone, or in an object that has one list, as database tools write them. */
function rowsOf(value: unknown): unknown[] {
  if (Array.isArray(value)) return value;
  const lists = typeof value === 'object' && value !== null ? Object.values(value).filter(Array.isArray) : [];
  if (lists.length === 1) return lists[0] as unknown[];
  throw invalid([{ pointer: '', message: 'must be a list of rows, or an object that has one' }]);
}

function checked(draft: ScheduleDraft): CheckedDraft {
  const { request, ...rest } = draft;
  if (request === undefined) return rest;
  const parsed = ScheduleRequest.safeParse(request);
  if (!parsed.success) return { ...rest, faults: [...rest.faults, ...faultsOf(parsed.error.issues, pointerOf)] };
  return keepable({ ...rest, request: parsed.data }, request, { value: request, text: JSON.stringify(request) }, []);
}

/** Without its request, where its arguments cannot be kept as they were written. */
function keepable(draft: CheckedDraft, value: unknown, document: JsonDocument, at: (string | number)[]): CheckedDraft {
  // One that runs a job has none.
  const { task } = value as { task?: { args?: unknown; kwargs?: unknown } };
  const place = [...at, 'task'];
  const fault =
    faultOfArguments(task?.args, 'args', document, place) ?? faultOfArguments(task?.kwargs, 'kwargs', document, place);
  if (fault === undefined) return draft;
  const { request: _, ...rest } = draft;
  const pointer = `/task${fault.pointer}`.slice(0, limits.faultPointerLength);
  return { ...rest, faults: [...rest.faults, { ...fault, pointer }] };
}
