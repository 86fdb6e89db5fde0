import {
  ClusterError,
  checkRule,
  type ImportItem,
  ImportReport,
  limits,
  MethodName,
  ModelName,
  type Schedule,
  ScheduleRequest,
  splitMethodName,
} from '@drover/core';
import { z } from 'zod';
import { isAdminOfAll } from './authorize.ts';
import { readFileText, refusal, reportOf } from './import-file.ts';
import { invalid } from './json-faults.ts';
import { Flag } from './query-flag.ts';
import { type Call, defineRoute, type Route } from './route.ts';
import { scheduleRequestExample } from './schedule-docs.ts';
import { type CheckedDraft, type ImportFormat, importFormats, readDrafts, withJobs } from './schedule-drafts.ts';

/** Schedules from a file, of Drover's own or of what people come from. */

const isMethod = (text: string) => {
  if (!text.includes('.')) return false;
  const { model, method } = splitMethodName(text);
  return ModelName.safeParse(model).success && MethodName.safeParse(method).success;
};

const ImportQuery = z.strictObject({
  format: z
    .enum(Object.keys(importFormats) as [ImportFormat, ...ImportFormat[]])
    .optional()
    .describe(
      'Default: by the content type: `json`, `yaml`, `bg-task-csv` for CSV, `crontab` for plain text. Plain text may be any of them.',
    ),
  dryRun: Flag.describe('`true` only tells what would be done.'),
  unchecked: Flag.describe(
    '`true` accepts methods that no live worker offers; their arguments are checked when they run.',
  ),
  timeZone: z
    .string()
    .max(limits.timeZoneLength)
    .optional()
    .describe('The zone of schedules that name none: an IANA name. Default `UTC`.'),
  method: z
    .string()
    .max(limits.methodLength)
    .refine(isMethod, 'must be a model and its method, such as "my.shell.run"')
    .optional()
    .describe(
      'With `crontab`: what runs the commands that call no method. It is given `{command}`. Default: such lines are refused.',
    ),
  userColumn: Flag.describe(
    'With `crontab`: whether a user stands before each command, as in `/etc/crontab`. Default: as it looks.',
  ),
});
type ImportQuery = z.output<typeof ImportQuery>;

const { task: _, job: __, ...ownFields } = ScheduleRequest.out.shape;
const JobSchedule = z
  .strictObject({ ...ownFields, jobName: z.string().describe('The job that every fire runs, by name.') })
  .meta({ id: 'JobScheduleRequest' });

/** As an export writes it. */
const ImportFile = z
  .strictObject({
    drover: z.literal(1),
    schedules: z.array(z.union([ScheduleRequest, JobSchedule])).max(limits.importSchedules),
  })
  .meta({ id: 'ImportFile' });
const Text = z.string();

type Read = { format: ImportFormat; drafts: CheckedDraft[] };

const put = defineRoute({
  method: 'put',
  path: '/v1/schedules/import',
  operationId: 'importSchedules',
  tag: 'Schedules',
  summary: 'Import schedules',
  description:
    'Creates the schedules of a file, and replaces those of the same name; the others stay. Each is done by itself: one that is refused spoils only itself, and the report says of each what became of it. ' +
    'The same file again changes nothing. Look first, with `dryRun`.\n\n' +
    '- `json`, `yaml`: what `GET /v1/schedules/export` answers. YAML 1.2, without tags of its own. A job is named by `jobName`: import the jobs first.\n' +
    '- `crontab`: a crontab. A line runs a method, `account.invoice.remind 30 "urgent" company=acme`, or is a shell command, for `method`. The comment above is its name. `CRON_TZ` and `TZ` set the zone of the lines below them.\n' +
    '- `bg-task-json`, `bg-task-csv`: rows of a `bg.task` table, by their columns: `name`, `model`, `method`, `args`, `kwargs`, `date_run` (UTC), `repeat`, `repeat_interval`, `cron`, `numbercall`, `priority`, `state`, `user`, `company`, `max_retries`, `timeout` (seconds), `active`. ' +
    'Arguments are JSON, or literals of Python. What is not active is unscheduled as soon as it is created.\n\n' +
    `At most ${limits.importSchedules} schedules, and ${limits.bodyBytes} bytes.`,
  entry: 'admin',
  query: ImportQuery,
  readBody: readImport,
  bodyContent: {
    'application/json': ImportFile,
    'application/yaml': ImportFile,
    'text/csv': Text,
    'text/plain': Text,
  },
  bodyExample: { drover: 1, schedules: [scheduleRequestExample] },
  answers: { 200: { description: 'What became of each, in the order of the file.', schema: ImportReport } },
  errors: ['body_invalid', 'request_timeout', 'body_too_large', 'content_type_unsupported'],
  audit: {
    action: 'schedule.import',
    isChange: ({ query }) => query.dryRun !== true,
    details: ({ body: { format, drafts } }) => ({
      format,
      schedules: drafts.length,
      refused: drafts.filter(({ request }) => request === undefined).length,
    }),
  },
  handle: async (call: Call<ImportQuery, Read>) => ({ status: 200, body: await importAll(call) }),
});

/** @throws ClusterError content_type_unsupported, body_invalid, body_too_large, request_invalid */
async function readImport({ cluster, caller, request, query }: Call<ImportQuery, undefined>): Promise<Read> {
  const { timeZone } = query;
  if (timeZone !== undefined) requireZone(timeZone);
  const { format, text } = await readFileText(request, importFormats, query.format, 'send the schedules in parts');
  const drafts = readDrafts(text, format, { ...query, now: Date.now() });
  return { format, drafts: await withJobs(drafts, (name) => cluster.jobs.idOf(name, caller)) };
}

/** @throws ClusterError request_invalid: one fault, rather than one of each schedule */
function requireZone(timeZone: string): void {
  try {
    checkRule({ timing: 'schedule', frequency: { every: 'daily' }, timeZone }, 0);
  } catch (error) {
    if (!(error instanceof ClusterError)) throw error;
    throw invalid(error.faults.map(({ message }) => ({ pointer: '?timeZone', message })));
  }
}

async function importAll({ cluster, caller, query, body: { drafts } }: Call<ImportQuery, Read>): Promise<ImportReport> {
  const dryRun = query.dryRun === true;
  const requests = drafts.flatMap(({ request }) => (request === undefined ? [] : [request]));
  const applied = await cluster.schedules.apply(requests, caller, {
    dryRun,
    unchecked: query.unchecked === true,
    isSystem: isAdminOfAll(caller),
  });
  const items: ImportItem[] = [];
  let next = 0;
  for (const draft of drafts) {
    const outcome = draft.request === undefined ? undefined : applied[next++];
    const isNew = outcome !== undefined && !(outcome instanceof ClusterError) && outcome.result === 'created';
    if (draft.isInactive && isNew && !dryRun) await cluster.schedules.unschedule(outcome.schedule.id, caller);
    items.push(itemOf(draft, outcome, dryRun));
  }
  return reportOf(dryRun, items);
}

type Outcome = { result: 'created' | 'updated' | 'unchanged'; schedule: Schedule } | ClusterError | undefined;

function itemOf(draft: CheckedDraft, outcome: Outcome, dryRun: boolean): ImportItem {
  const { source, warnings } = draft;
  const name = draft.request?.name ?? draft.name;
  const told = { source, ...(name === undefined ? {} : { name }), warnings };
  if (outcome === undefined) return { ...told, result: 'refused', faults: draft.faults };
  if (outcome instanceof ClusterError) return { ...told, ...refusal(outcome) };
  const { result, schedule } = outcome;
  // Of a dry run's new one there is nothing to look at.
  const id = dryRun && result === 'created' ? {} : { id: schedule.id };
  return { ...told, ...id, result, sentence: schedule.sentence, faults: [] };
}

export const scheduleImportRoutes: Route[] = [put];
