import { copyFile, type FileHandle, open, rename, rm } from 'node:fs/promises';
import { basename, dirname, join } from 'node:path';
import { PermanentError } from '@drover/core';
import { stringify } from 'csv-stringify/sync';
import { z } from 'zod';
import { fileError, fileToWrite } from './data-folder.ts';
import { type Row, RowProblem } from './row.ts';
import { textOf } from './row-spec.ts';

export const WriteFormat = z.enum(['csv', 'ndjson', 'json']);
export type WriteFormat = z.infer<typeof WriteFormat>;

export type WriteOptions = {
  format: WriteFormat;
  /** CSV only. */
  delimiter: string;
  /** CSV only: what spreadsheets would take for a formula is made a text. */
  escapeFormulas: boolean;
};

/** How far an output has got: what the next attempt needs to go on. */
export const WriterPlace = z.object({
  /** The unfinished file, beside the target. */
  part: z.string().regex(/^\.[^/\\]+\.part$/),
  bytes: z.int().min(0),
  rows: z.int().min(0),
  columns: z.array(z.string()).nullable(),
});
export type WriterPlace = z.infer<typeof WriterPlace>;

/** Rows are written together, this many or this many characters at a time. */
const bufferedRowsMax = 1_000;
const bufferedCharsMax = 256 * 1024;

/**
 * Writes rows to a file that appears whole or not at all. Its life: open ─▶ add … flush … save ─▶ finish, or discard
 * (nothing is left), or close (the unfinished file stays for the next attempt).
 *
 * An attempt that goes on copies what the one before had saved: should that one still live, they do not write into one
 * file, and whichever finishes makes a whole one.
 */
export class RowWriter {
  readonly #target: string;
  readonly #part: string;
  readonly #file: FileHandle;
  readonly #options: WriteOptions;
  #columns: string[] | null;
  #bytes: number;
  #rows: number;
  #pending: string[][] | string[] = [];
  #pendingChars = 0;
  /** The unfinished file that this one was copied from. */
  #predecessor: string | undefined;

  private constructor(target: string, part: string, file: FileHandle, options: WriteOptions, place?: WriterPlace) {
    this.#target = target;
    this.#part = part;
    this.#file = file;
    this.#options = options;
    this.#columns = place?.columns ?? null;
    this.#bytes = place?.bytes ?? 0;
    this.#rows = place?.rows ?? 0;
  }

  /** Goes on at `place` if the unfinished file is still there, and as long as it says; else begins anew. */
  static async open(
    dataDir: string,
    path: string,
    options: WriteOptions,
    place: WriterPlace | undefined,
  ): Promise<RowWriter> {
    const target = await fileToWrite(dataDir, path);
    const part = join(dirname(target), `.${basename(target)}.${crypto.randomUUID()}.part`);
    try {
      const from = place === undefined ? '' : join(dirname(target), place.part);
      const resumed = place === undefined ? undefined : await takeOver(from, part, place.bytes);
      if (resumed !== undefined) {
        const writer = new RowWriter(target, part, resumed, options, place);
        writer.#predecessor = from;
        return writer;
      }
      return new RowWriter(target, part, await open(part, 'w'), options);
    } catch (error) {
      throw fileError(error, path);
    }
  }

  /** Rows taken so far, those of earlier attempts included. */
  get rows(): number {
    return this.#rows;
  }

  get isResumed(): boolean {
    return this.#predecessor !== undefined;
  }

  /** Forgets every row: the input is not what it was. */
  async restart(): Promise<void> {
    await this.dropPredecessor();
    await this.#file.truncate(0);
    this.#bytes = 0;
    this.#rows = 0;
    this.#columns = null;
  }

  /** Once a checkpoint names this file, the one before is not needed any more. */
  async dropPredecessor(): Promise<void> {
    if (this.#predecessor !== undefined) await rm(this.#predecessor, { force: true });
    this.#predecessor = undefined;
  }

  get mustFlush(): boolean {
    return this.#pending.length >= bufferedRowsMax || this.#pendingChars >= bufferedCharsMax;
  }

  /** @throws RowProblem when a CSV row has a column that the first one had not. */
  add(row: Row): void {
    if (this.#options.format === 'csv') {
      const fields = this.#fieldsOf(row);
      (this.#pending as string[][]).push(fields);
      for (const field of fields) this.#pendingChars += field.length;
    } else {
      const line = JSON.stringify(row);
      (this.#pending as string[]).push(line);
      this.#pendingChars += line.length;
    }
    this.#rows += 1;
  }

  async flush(): Promise<void> {
    if (this.#pending.length > 0) await this.#write(this.#text());
    this.#pending = [];
    this.#pendingChars = 0;
  }

  /** Everything taken so far is on the disk. Answers where the next attempt may go on. */
  async save(): Promise<WriterPlace> {
    await this.flush();
    await this.#file.sync();
    return { part: basename(this.#part), bytes: this.#bytes, rows: this.#rows, columns: this.#columns };
  }

  /** The file is whole and takes its place. Answers its size. */
  async finish(): Promise<number> {
    await this.flush();
    if (this.#options.format === 'json') await this.#write(this.#rows === 0 ? '[]\n' : '\n]\n');
    await this.#file.sync();
    await this.#file.close();
    await rename(this.#part, this.#target);
    return this.#bytes;
  }

  async close(): Promise<void> {
    await this.#file.close().catch(() => {});
  }

  async discard(): Promise<void> {
    await this.close();
    await this.dropPredecessor();
    await rm(this.#part, { force: true });
  }

  #fieldsOf(row: Row): string[] {
    this.#columns ??= Object.keys(row);
    const columns = this.#columns;
    const strangers = Object.keys(row).filter((column) => !columns.includes(column));
    if (strangers.length > 0) {
      throw new RowProblem(`the CSV has no column "${strangers.slice(0, 5).join('", "')}": select the columns`);
    }
    return columns.map((column) => (Object.hasOwn(row, column) ? textOf(row[column] ?? null) : ''));
  }

  #text(): string {
    const first = this.#rows - this.#pending.length === 0;
    switch (this.#options.format) {
      case 'csv': {
        const header = first && this.#columns !== null ? [this.#columns] : [];
        const { delimiter, escapeFormulas } = this.#options;
        return stringify([...header, ...(this.#pending as string[][])], { delimiter, escape_formulas: escapeFormulas });
      }
      case 'ndjson':
        return `${this.#pending.join('\n')}\n`;
      case 'json':
        return `${first ? '[\n' : ',\n'}${this.#pending.join(',\n')}`;
      default:
        return this.#options.format satisfies never;
    }
  }

  async #write(text: string): Promise<void> {
    const content = Buffer.from(text, 'utf8');
    let at = 0;
    try {
      while (at < content.byteLength) {
        const { bytesWritten } = await this.#file.write(content, at, content.byteLength - at, this.#bytes);
        at += bytesWritten;
        this.#bytes += bytesWritten;
      }
    } catch (error) {
      throw fileError(error, basename(this.#target));
    }
  }
}

/** Copies an unfinished file up to where it was saved. Undefined when it is gone or shorter. */
async function takeOver(from: string, to: string, bytes: number): Promise<FileHandle | undefined> {
  try {
    await copyFile(from, to);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return undefined;
    throw error;
  }
  const file = await open(to, 'r+');
  const { size } = await file.stat();
  if (size < bytes) {
    await file.close();
    await rm(to, { force: true });
    return undefined;
  }
  await file.truncate(bytes);
  return file;
}

/** The format that a file's name tells. @throws PermanentError when it tells none. */
export function writeFormatOf(path: string): WriteFormat {
  const format = WriteFormat.safeParse(/\.([a-z]+)$/i.exec(path)?.[1]?.toLowerCase());
  if (format.success) return format.data;
  throw new PermanentError(`"${path}": name a format, or end the name in .csv, .ndjson or .json`);
}
