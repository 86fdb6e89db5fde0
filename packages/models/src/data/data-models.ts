import { defineModel, PermanentError, type TaskContext } from '@drover/core';
import { z } from 'zod';
import { HeaderName, HeaderValue } from '../http/http-request.ts';
import { type CopyResult, copyRows } from './copy-rows.ts';
import { DataPath, DataReference, DataSource } from './data-folder.ts';
import { RowFormat } from './row.ts';
import { RowSpec, rowSpecFields } from './row-spec.ts';
import { WriteFormat, writeFormatOf } from './row-writer.ts';

const BadRows = z.enum(['skip', 'fail']).default('skip').describe('What a row that does not fit does');
const Delimiter = z.string().length(1);
const From = DataReference.optional().describe('Default: the file of the task that this one waited for');
const asNdjson = { format: 'ndjson', delimiter: ',', escapeFormulas: false } as const;

/** `data.extractor`: brings rows from outside into the data folder, as NDJSON. The first of three steps. */
export const dataExtractor = defineModel('data.extractor', {
  extract: {
    description: 'Reads a CSV or NDJSON file, sample or URL and stores its rows',
    kwargs: z.strictObject({
      source: DataSource.default('sample:orders.csv'),
      format: RowFormat.optional().describe('Default: what the name or the media type tells'),
      delimiter: Delimiter.optional().describe('Of CSV. Default: found out'),
      headers: z.record(HeaderName, HeaderValue).default({}).describe('Sent to a URL'),
      to: DataPath.optional().describe('Default: work/{task}/extracted.ndjson'),
      onBadRow: BadRows,
    }),
    tags: ['data'],
    run({ kwargs: { source, to, ...options } }, task): Promise<CopyResult> {
      const file = to ?? workFile(task, 'extracted.ndjson');
      return copyRows({ from: source, to: file, spec: RowSpec.parse({}), write: asNdjson, ...options }, task);
    },
  },
});

/** `data.transformer`: gives columns types, filters, selects and renames. The second step. */
export const dataTransformer = defineModel('data.transformer', {
  transform: {
    description: 'Maps and filters rows',
    kwargs: z.strictObject({
      file: From,
      to: DataPath.optional().describe('Default: work/{task}/transformed.ndjson'),
      ...rowSpecFields,
      onBadRow: BadRows,
    }),
    tags: ['data'],
    run({ kwargs: { file, to, onBadRow, ...spec } }, task): Promise<CopyResult> {
      const from = file ?? fileOfDependency(task);
      return copyRows({ from, to: to ?? workFile(task, 'transformed.ndjson'), spec, write: asNdjson, onBadRow }, task);
    },
  },
});

/** `data.loader`: writes the rows where they are wanted. The last step. */
export const dataLoader = defineModel('data.loader', {
  load: {
    description: 'Writes rows as CSV, NDJSON or JSON',
    kwargs: z.strictObject({
      file: From,
      to: DataPath.default('out/rows.csv'),
      format: WriteFormat.optional().describe('Default: what the name tells'),
      delimiter: Delimiter.default(',').describe('Of CSV'),
      escapeFormulas: z.boolean().default(false).describe('CSV for spreadsheets: a formula becomes a text'),
      onBadRow: BadRows,
    }),
    tags: ['data'],
    run({ kwargs: { file, to, format, delimiter, escapeFormulas, onBadRow } }, task): Promise<CopyResult> {
      const write = { format: format ?? writeFormatOf(to), delimiter, escapeFormulas };
      return copyRows({ from: file ?? fileOfDependency(task), to, spec: RowSpec.parse({}), write, onBadRow }, task);
    },
  },
});

/** A place of the task's own, the same in every attempt. */
function workFile(task: TaskContext, name: string): string {
  return `work/${task.id.replace(/[^A-Za-z0-9_-]/g, '-')}/${name}`;
}

/**
 * The file that the task waited for.
 *
 * @throws PermanentError when there is none, or more than one.
 */
function fileOfDependency({ dependencies }: TaskContext): string {
  const files = Object.values(dependencies).flatMap((result) => {
    const file = typeof result === 'object' && result !== null && !Array.isArray(result) ? result.file : undefined;
    return typeof file === 'string' ? [file] : [];
  });
  const [file] = files;
  if (file !== undefined && files.length === 1) return DataPath.parse(file);
  throw new PermanentError(`give "file": the tasks that this one waited for left ${files.length} files`);
}
