import { PermanentError, type TaskContext } from '@drover/core';
import { type CsvHead, readCsv } from './read-csv.ts';
import { readNdjson } from './read-ndjson.ts';
import { formatOf, type RowFormat, type RowRead } from './row.ts';
import { isUrl, openSource, type RowSource } from './row-source.ts';

/** Reads all rows of a file, sample or URL from its beginning. @throws as `openSource` and the readers do. */
export async function* readRows(
  from: string,
  { dataDir, signal }: TaskContext,
  onHead: (head: CsvHead) => void = () => {},
): AsyncGenerator<RowRead> {
  const source = await openSource(from, { dataDir, place: undefined, headers: {}, signal });
  try {
    for await (const read of rowsOf(source, { byte: 0, line: 0, head: undefined }, onHead)) {
      signal.throwIfAborted();
      yield read;
    }
  } finally {
    await source.close();
  }
}

/** Reads the rows of an open source in the format that is given, or that its name or media type tells. */
export function rowsOf(
  { name, mediaType, chunks }: RowSource,
  start: { byte: number; line: number; head: CsvHead | undefined },
  onHead: (head: CsvHead) => void,
  options: { format?: RowFormat | undefined; delimiter?: string | undefined } = {},
): AsyncIterable<RowRead> {
  const format = options.format ?? inputFormat(name, mediaType);
  return format === 'ndjson' ? readNdjson(chunks, start) : readCsv(chunks, start, onHead, options.delimiter);
}

function inputFormat(name: string, mediaType: string | undefined): RowFormat {
  const byName = formatOf(isUrl(name) ? new URL(name).pathname : name);
  if (byName !== undefined) return byName;
  if (/^(text\/csv|text\/tab-separated-values)\b/i.test(mediaType ?? '')) return 'csv';
  if (/^application\/(x-ndjson|jsonl|jsonlines|x-jsonlines)\b/i.test(mediaType ?? '')) return 'ndjson';
  throw new PermanentError(`"${name}" does not tell its format: give "format", csv or ndjson`);
}
