import { createHash } from 'node:crypto';
import { DataError, declaredClass, limits, type TaskContext } from '@drover/core';
import { z } from 'zod';
import type { CsvHead } from './read-csv.ts';
import { rowsOf } from './read-rows.ts';
import { type Row, type RowFormat, RowProblem, type RowRead } from './row.ts';
import { openSource, type RowSource } from './row-source.ts';
import { checkColumns, compileRowSpec, type RowSpec } from './row-spec.ts';
import { RowWriter, type WriteOptions, WriterPlace } from './row-writer.ts';

export type CopyOptions = {
  /** A path in the data folder, `sample:…` or a URL. */
  from: string;
  /** Default: what the name or the media type tells. */
  format?: RowFormat | undefined;
  /** CSV read. Default: found out from the header line. */
  delimiter?: string | undefined;
  /** Sent to a URL. */
  headers?: Record<string, string>;
  spec: RowSpec;
  /** A path in the data folder. */
  to: string;
  write: WriteOptions;
  onBadRow: 'skip' | 'fail';
};

export type CopyResult = {
  /** The file written, as a path in the data folder. */
  file: string;
  format: WriteOptions['format'];
  /** Rows written. */
  count: number;
  /** Rows read: count + filtered + bad. */
  read: number;
  filtered: number;
  bad: number;
  /** The first bad rows. */
  badRows: { line: number; problem: string }[];
  /** Of the first row written, as far as they fit: what comes after this may ask for them. */
  columns: string[];
  bytes: number;
};

const Counts = z.object({
  read: z.int(),
  filtered: z.int(),
  bad: z.int(),
  badRows: z.array(z.object({ line: z.int(), problem: z.string() })).max(limits.badRowExamples),
  columns: z.array(z.string()).default([]),
});

const Saved = z.object({
  /** Of the options: with others, what was written is worth nothing. */
  digest: z.string(),
  byte: z.int(),
  line: z.int(),
  version: z.string(),
  head: z.object({ columns: z.array(z.string()), delimiter: z.string() }).nullable(),
  counts: Counts,
  writer: WriterPlace,
});
type Saved = z.infer<typeof Saved>;

/** How much work a killed worker costs at most. */
const checkpointEveryMs = 1_000;
/** Rows between looks at progress and checkpoint, where a filter leaves nothing to write. */
const rowsBetweenBreaths = 5_000;

/**
 * Reads rows, maps and filters them, and writes them to a file that appears when it is whole; in a stream, so that
 * memory does not grow with the file. Progress is told by bytes. Checkpoints let the next attempt go on where this one
 * was stopped: both ends are continued, or, if either has changed, both begin anew.
 */
export async function copyRows(options: CopyOptions, task: TaskContext): Promise<CopyResult> {
  const digest = createHash('sha256').update(JSON.stringify(options)).digest('hex').slice(0, 16);
  const parsed = Saved.safeParse(task.lastCheckpoint);
  const saved = parsed.success && parsed.data.digest === digest ? parsed.data : undefined;
  const { dataDir, signal } = task;
  const writer = await RowWriter.open(dataDir, options.to, options.write, saved?.writer);
  let source: RowSource | undefined;
  let copy: Copy | undefined;
  try {
    const place = saved !== undefined && writer.isResumed && saved.byte > 0 ? saved : undefined;
    source = await openSource(options.from, { dataDir, place, headers: options.headers ?? {}, signal });
    const isResumed = place !== undefined && source.startByte === place.byte;
    if (!isResumed && writer.isResumed) await writer.restart();
    copy = new Copy(options, task, source, writer, digest, isResumed ? place : undefined);
    if (isResumed) {
      task.log.info('went on where the last attempt was', { byte: place.byte, rows: writer.rows });
      await copy.checkpoint();
      await writer.dropPredecessor();
    }
    return await copy.run();
  } catch (error) {
    await leave(error, writer, copy);
    throw error;
  } finally {
    await source?.close();
  }
}

/** A failure that passes keeps what was done for the next attempt; any other leaves nothing behind. */
async function leave(error: unknown, writer: RowWriter, copy: Copy | undefined): Promise<void> {
  const errorClass = declaredClass(error);
  if (errorClass === 'data' || errorClass === 'permanent') return writer.discard();
  // The failure itself is what the caller must hear of, not that it could not be saved.
  await copy?.checkpoint().catch(() => {});
  return writer.close();
}

class Copy {
  readonly #options: CopyOptions;
  readonly #task: TaskContext;
  readonly #source: RowSource;
  readonly #writer: RowWriter;
  readonly #digest: string;
  readonly #counts: z.infer<typeof Counts>;
  #byte: number;
  #line: number;
  #head: CsvHead | undefined;
  #savedAtMs = performance.now();

  constructor(
    options: CopyOptions,
    task: TaskContext,
    source: RowSource,
    writer: RowWriter,
    digest: string,
    place: Saved | undefined,
  ) {
    this.#options = options;
    this.#task = task;
    this.#source = source;
    this.#writer = writer;
    this.#digest = digest;
    this.#byte = place?.byte ?? 0;
    this.#line = place?.line ?? 0;
    this.#head = place?.head ?? undefined;
    this.#counts = place?.counts ?? { read: 0, filtered: 0, bad: 0, badRows: [], columns: [] };
  }

  async run(): Promise<CopyResult> {
    const apply = compileRowSpec(this.#options.spec);
    for await (const read of this.#rows()) {
      this.#task.signal.throwIfAborted();
      this.#take(read, apply);
      if (this.#writer.mustFlush || this.#counts.read % rowsBetweenBreaths === 0) await this.#breathe();
    }
    this.#task.signal.throwIfAborted();
    const bytes = await this.#writer.finish();
    const { to: file, write } = this.#options;
    if (this.#counts.bad > 0) this.#task.log.warn('rows did not fit', { bad: this.#counts.bad });
    this.#task.progress(100, `${this.#writer.rows} rows`);
    return { file, format: write.format, count: this.#writer.rows, ...this.#counts, bytes };
  }

  async checkpoint(): Promise<void> {
    const saved: Saved = {
      digest: this.#digest,
      byte: this.#byte,
      line: this.#line,
      version: this.#source.version,
      head: this.#head ?? null,
      counts: this.#counts,
      writer: await this.#writer.save(),
    };
    // A header line this wide leaves no room: the next attempt begins anew.
    const fits = Buffer.byteLength(JSON.stringify(saved)) <= limits.checkpointBytes;
    if (fits) await this.#task.checkpoint(saved);
    this.#savedAtMs = performance.now();
  }

  #rows(): AsyncIterable<RowRead> {
    const start = { byte: this.#byte, line: this.#line, head: this.#head };
    const onHead = (head: CsvHead) => {
      checkColumns(this.#options.spec, head.columns);
      this.#head = head;
    };
    return rowsOf(this.#source, start, onHead, this.#options);
  }

  #take(read: RowRead, apply: ReturnType<typeof compileRowSpec>): void {
    const problem = 'row' in read ? this.#write(read, apply) : read.problem;
    this.#counts.read += 1;
    this.#byte = read.endByte;
    this.#line = read.line;
    if (problem === undefined) return;
    if (this.#options.onBadRow === 'fail') throw badRow(this.#source.name, read.line, problem);
    this.#counts.bad += 1;
    if (this.#counts.badRows.length < limits.badRowExamples) {
      this.#counts.badRows.push({ line: read.line, problem: problem.slice(0, limits.itemErrorLength) });
    }
  }

  /** Answers what is wrong with the row, if anything is. */
  #write(read: { row: Row }, apply: ReturnType<typeof compileRowSpec>): string | undefined {
    try {
      const row = apply(read.row);
      if (row === undefined) {
        this.#counts.filtered += 1;
        return undefined;
      }
      this.#writer.add(row);
      if (this.#counts.columns.length === 0) this.#counts.columns = firstColumns(row);
      return undefined;
    } catch (error) {
      if (error instanceof RowProblem) return error.message;
      throw error;
    }
  }

  async #breathe(): Promise<void> {
    await this.#writer.flush();
    const { totalBytes } = this.#source;
    const percent = totalBytes === undefined || totalBytes === 0 ? 0 : (100 * this.#byte) / totalBytes;
    this.#task.progress(Math.min(99, percent), `${this.#counts.read} rows read`);
    if (performance.now() - this.#savedAtMs >= checkpointEveryMs) await this.checkpoint();
  }
}

function firstColumns(row: Row): string[] {
  let left: number = limits.columnsListed;
  return Object.keys(row).filter((name) => {
    left -= name.length;
    return left >= 0;
  });
}

function badRow(name: string, line: number, problem: string): DataError {
  return new DataError(`${name}, line ${line}: ${problem}`);
}
