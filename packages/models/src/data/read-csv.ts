import { pipeline, Readable } from 'node:stream';
import { DataError, limits } from '@drover/core';
import { CsvError, parse } from 'csv-parse';
import type { RowRead } from './row.ts';

/** What the first line said. Kept with a checkpoint, for the first line is not read again. */
export type CsvHead = { columns: string[]; delimiter: string };

export type CsvStart = {
  /** Bytes and lines that were read before. */
  byte: number;
  line: number;
  head: CsvHead | undefined;
};

/**
 * Reads CSV (RFC 4180) with a header line, row by row and in constant memory. Lines may end in LF or CRLF; blank lines
 * are passed over; quotes inside a field are taken as they are. `onHead` hears the columns before the first row.
 *
 * @throws DataError where it is not CSV at all: a quote that is never closed, a row that is too long, no header.
 */
export async function* readCsv(
  chunks: AsyncIterable<Buffer>,
  start: CsvStart,
  onHead: (head: CsvHead) => void,
  givenDelimiter?: string,
): AsyncGenerator<RowRead> {
  const { first, all } = await peek(chunks);
  const delimiter = start.head?.delimiter ?? givenDelimiter ?? delimiterOf(first.toString('utf8'));
  const parser = parse({
    bom: start.byte === 0,
    delimiter,
    info: true,
    max_record_size: limits.rowBytes,
    record_delimiter: ['\r\n', '\n'],
    relax_column_count: true,
    relax_quotes: true,
    skip_empty_lines: true,
  });
  // Its errors arrive at the loop below, where the parser is read.
  pipeline(Readable.from(all, { objectMode: false }), parser, () => {});
  let { head } = start;
  try {
    for await (const { record, info } of parser as AsyncIterable<{ record: string[]; info: Info }>) {
      const at = { endByte: start.byte + info.bytes, line: start.line + info.lines };
      if (head === undefined) {
        head = { columns: columnNames(record), delimiter };
        onHead(head);
      } else if (record.length === head.columns.length) {
        yield { ...at, row: Object.fromEntries(head.columns.map((column, index) => [column, record[index] ?? ''])) };
      } else {
        yield { ...at, problem: `${record.length} fields instead of ${head.columns.length}` };
      }
    }
  } catch (error) {
    if (error instanceof CsvError) throw new DataError(`this is not CSV: ${error.message}`, { cause: error });
    throw error;
  }
  if (head === undefined) throw new DataError('there is no header line');
}

type Info = { bytes: number; lines: number };

/** Empty and repeated names are made distinct, so that no column hides another. */
function columnNames(record: string[]): string[] {
  if (record.length > limits.columns)
    throw new DataError(`${record.length} columns, at most ${limits.columns} are read`);
  const names = new Set<string>();
  for (const [index, field] of record.entries()) {
    const base = field.trim() === '' ? `column_${index + 1}` : field.trim();
    let name = base;
    for (let n = 2; names.has(name); n++) name = `${base}_${n}`;
    names.add(name);
  }
  return [...names];
}

/** The one of `,` `;` tab and `|` that the header line holds most often, quoted parts aside. */
function delimiterOf(text: string): string {
  const header = (text.split('\n', 1)[0] ?? '').replaceAll(/"[^"]*"/g, '');
  const counts = [',', ';', '\t', '|'].map((mark) => ({ mark, count: header.split(mark).length - 1 }));
  return counts.reduce((best, next) => (next.count > best.count ? next : best)).mark;
}

/** The first chunk, and all of them again. */
async function peek(chunks: AsyncIterable<Buffer>): Promise<{ first: Buffer; all: AsyncIterable<Buffer> }> {
  const iterator = chunks[Symbol.asyncIterator]();
  const begun = await iterator.next();
  const first = begun.done ? Buffer.alloc(0) : begun.value;
  async function* all() {
    try {
      if (begun.done) return;
      yield first;
      for (;;) {
        const next = await iterator.next();
        if (next.done) return;
        yield next.value;
      }
    } finally {
      await iterator.return?.();
    }
  }
  return { first, all: all() };
}
