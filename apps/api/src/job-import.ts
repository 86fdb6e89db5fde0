import {
  ClusterError,
  type Fault,
  type ImportItem,
  ImportReport,
  type Job,
  JobRequest,
  limits,
  ModuleName,
} from '@drover/core';
import { z } from 'zod';
import { isAdminOfAll } from './authorize.ts';
import {
  nameIn,
  type OwnFormat,
  ownFormats,
  ownItems,
  parseOwn,
  readFileText,
  refusal,
  reportOf,
} from './import-file.ts';
import { jobArgumentFaults } from './job-body.ts';
import { jobRequestExample } from './job-docs.ts';
import type { JsonDocument } from './json-body.ts';
import { faultsOf, invalid, pointerOf } from './json-faults.ts';
import { Flag } from './query-flag.ts';
import { type Call, defineRoute, type Route } from './route.ts';

/** Jobs from a file. */

const ImportQuery = z.strictObject({
  format: z
    .enum(Object.keys(ownFormats) as [OwnFormat, ...OwnFormat[]])
    .optional()
    .describe('Default: by the content type. Plain text may be either.'),
  module: ModuleName.optional().describe('Takes the jobs of this module only, and passes over the others.'),
  dryRun: Flag.describe('`true` only tells what would be done.'),
  unchecked: Flag.describe(
    '`true` accepts methods that no live worker offers; their arguments are checked when they run.',
  ),
});
type ImportQuery = z.output<typeof ImportQuery>;

/** As an export writes it. */
const ImportFile = z
  .strictObject({ drover: z.literal(1), jobs: z.array(JobRequest).max(limits.jobs) })
  .meta({ id: 'JobImportFile' });

/** A job of the file; without its request, where it cannot be one. */
type Draft = { source: string; name: string | undefined; request?: JobRequest; faults: Fault[] };
type Read = { format: OwnFormat; drafts: Draft[] };

const put = defineRoute({
  method: 'put',
  path: '/v1/jobs/import',
  operationId: 'importJobs',
  tag: 'Jobs',
  summary: 'Import jobs',
  description:
    'Creates the jobs of a file, and replaces those of the same name; the others stay. Each is done by itself: one that is refused spoils only itself, and the report says of each what became of it. ' +
    'The same file again changes nothing. Look first, with `dryRun`.\n\n' +
    'It takes what `GET /v1/jobs/export` answers, as JSON or as YAML 1.2, without tags of its own: ' +
    `at most ${limits.jobs} jobs, and ${limits.bodyBytes} bytes.`,
  entry: 'admin',
  query: ImportQuery,
  readBody: readImport,
  bodyContent: { 'application/json': ImportFile, 'application/yaml': ImportFile, 'text/plain': z.string() },
  bodyExample: { drover: 1, jobs: [jobRequestExample] },
  answers: { 200: { description: 'What became of each, in the order of the file.', schema: ImportReport } },
  errors: ['body_invalid', 'request_timeout', 'body_too_large', 'content_type_unsupported'],
  audit: {
    action: 'job.import',
    isChange: ({ query }) => query.dryRun !== true,
    details: ({ query: { module }, body: { format, drafts } }) => ({
      format,
      module,
      jobs: drafts.length,
      refused: drafts.filter(({ request }) => request === undefined).length,
    }),
  },
  handle: async (call: Call<ImportQuery, Read>) => ({ status: 200, body: await importAll(call) }),
});

/** @throws ClusterError content_type_unsupported, body_invalid, body_too_large, request_invalid */
async function readImport({ request, query }: Call<ImportQuery, undefined>): Promise<Read> {
  const { format, text } = await readFileText(request, ownFormats, query.format, 'send the jobs in parts');
  const drafts = readDrafts(parseOwn(text, format), query.module);
  if (drafts.length <= limits.jobs) return { format, drafts };
  const message = `holds ${drafts.length} jobs, and may hold ${limits.jobs}: send it in parts`;
  throw invalid([{ pointer: '', message }]);
}

/** A bad one spoils only itself. @throws ClusterError request_invalid: it is no such file at all */
function readDrafts(document: JsonDocument, module: string | undefined): Draft[] {
  return ownItems(document, 'jobs').flatMap(({ value, place, source }): Draft[] => {
    if (module !== undefined && (value as { module?: unknown } | null)?.module !== module) return [];
    const told = { source, name: nameIn(value) };
    const parsed = JobRequest.safeParse(value);
    if (!parsed.success) return [{ ...told, faults: faultsOf(parsed.error.issues, pointerOf) }];
    const faults = jobArgumentFaults(value, document, place);
    return [faults.length > 0 ? { ...told, faults } : { ...told, request: parsed.data, faults }];
  });
}

async function importAll({ cluster, caller, query, body: { drafts } }: Call<ImportQuery, Read>): Promise<ImportReport> {
  const dryRun = query.dryRun === true;
  const requests = drafts.flatMap(({ request }) => (request === undefined ? [] : [request]));
  const applied = await cluster.jobs.apply(requests, caller, {
    dryRun,
    unchecked: query.unchecked === true,
    isSystem: isAdminOfAll(caller),
  });
  let next = 0;
  const items = drafts.map((draft) => itemOf(draft, draft.request === undefined ? undefined : applied[next++], dryRun));
  return reportOf(dryRun, items);
}

type Outcome = { result: 'created' | 'updated' | 'unchanged'; job: Job } | ClusterError | undefined;

function itemOf({ source, name, faults }: Draft, outcome: Outcome, dryRun: boolean): ImportItem {
  const told = { source, ...(name === undefined ? {} : { name }), warnings: [] };
  if (outcome === undefined) return { ...told, result: 'refused', faults };
  if (outcome instanceof ClusterError) return { ...told, ...refusal(outcome) };
  const { result, job } = outcome;
  // Of a dry run's new one there is nothing to look at.
  const id = dryRun && result === 'created' ? {} : { id: job.id };
  return { ...told, ...id, result, faults: [] };
}

export const jobImportRoutes: Route[] = [put];
