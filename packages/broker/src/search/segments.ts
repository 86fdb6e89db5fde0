import type { Redis } from 'ioredis';
import { segmentRows, widths } from '../index-row.ts';
import type { IndexTable, Keys } from '../keys.ts';
import { reach } from '../redis.ts';

/** What of the index is kept in memory: columns that never change again. */
const keptBytesMax = 64 * 1_048_576;

/**
 * Reads columns of the index, a segment at a time. What never changes in a segment that is full is kept in memory, the
 * least used goes first; states are always asked for.
 */
export class Segments {
  readonly #redis: Redis;
  readonly #keys: Keys;
  readonly #kept = new Map<string, Buffer>();
  #keptBytes = 0;
  #newest: Record<IndexTable, number> = { rows: 0, runs: 0 };

  constructor(redis: Redis, keys: Keys) {
    this.#redis = redis;
    this.#keys = keys;
  }

  /** The number of the newest row, and the segments that may be there, oldest first; the newest row's is among them. */
  async bounds(table: IndexTable): Promise<{ newest: number; held: number[] }> {
    const { counter, firstSegment, freedSegments } = this.#keys;
    const [count, first, freed] = await reach(
      this.#redis.mgetBuffer(counter(table), firstSegment(table), freedSegments(table)),
    );
    const newest = Number(count ?? 0);
    // The server came back empty, or older: its rows are not those that were kept.
    if (newest < this.#newest[table]) {
      this.#kept.clear();
      this.#keptBytes = 0;
    }
    this.#newest[table] = newest;
    const held: number[] = [];
    for (let segment = Number(first ?? 0); segment <= Math.floor(newest / segmentRows); segment += 1) {
      if (!isFreed(freed ?? undefined, segment)) held.push(segment);
    }
    return { newest, held };
  }

  /** One column of several segments, as 32-bit integers; undefined where there is none. */
  async columns(
    table: IndexTable,
    column: string,
    segments: number[],
    newest: number,
  ): Promise<Map<number, Int32Array | undefined>> {
    const found = await this.#read(table, column, segments, newest);
    return new Map([...found].map(([segment, bytes]) => [segment, integers(bytes)]));
  }

  /** One column of a segment as it is. */
  async bytes(table: IndexTable, column: string, segment: number, newest: number): Promise<Buffer | undefined> {
    return (await this.#read(table, column, [segment], newest)).get(segment);
  }

  async #read(
    table: IndexTable,
    column: string,
    segments: number[],
    newest: number,
  ): Promise<Map<number, Buffer | undefined>> {
    const found = new Map<number, Buffer | undefined>();
    const asked: number[] = [];
    const sealed = Math.floor(newest / segmentRows);
    for (const segment of segments) {
      const kept = this.#take(this.#keys.column(table, segment, column));
      if (kept === undefined) asked.push(segment);
      else found.set(segment, kept);
    }
    if (asked.length === 0) return found;
    const pipeline = this.#redis.pipeline();
    for (const segment of asked) pipeline.getBuffer(this.#keys.column(table, segment, column));
    const replies = (await reach(pipeline.exec())) ?? [];
    for (const [index, segment] of asked.entries()) {
      const [error, value] = replies[index] ?? [];
      if (error) throw error;
      const read = (value as Buffer | null) ?? undefined;
      const isFixed = column !== 's' && column !== 'f' && segment < sealed;
      // What comes is part of a larger piece of memory, which would be kept with it.
      const bytes = isFixed && read !== undefined ? ownCopy(read) : read;
      found.set(segment, bytes);
      if (isFixed && bytes !== undefined) this.#keep(this.#keys.column(table, segment, column), bytes);
    }
    return found;
  }

  /** What is used goes to the end of the line. */
  #take(key: string): Buffer | undefined {
    const kept = this.#kept.get(key);
    if (kept === undefined) return undefined;
    this.#kept.delete(key);
    this.#kept.set(key, kept);
    return kept;
  }

  #keep(key: string, buffer: Buffer): void {
    // Another search may have read it meanwhile.
    this.#keptBytes += buffer.length - (this.#kept.get(key)?.length ?? 0);
    this.#kept.set(key, buffer);
    for (const [oldest, { length }] of this.#kept) {
      if (this.#keptBytes <= keptBytesMax) return;
      this.#kept.delete(oldest);
      this.#keptBytes -= length;
    }
  }

  /** When the first row of each segment came, Unix ms; 0 where that is not known. */
  async startTimes(table: IndexTable, segments: number[]): Promise<Map<number, number>> {
    const pipeline = this.#redis.pipeline();
    for (const segment of segments) {
      const row = segment === 0 ? 1 : 0;
      const key = this.#keys.column(table, segment, table === 'rows' ? 'i' : 't');
      if (table === 'rows') pipeline.getrangeBuffer(key, row * widths.rows.i, row * widths.rows.i + 9);
      else pipeline.getrangeBuffer(key, row * widths.runs.t + 8, row * widths.runs.t + 13);
    }
    const replies = (await reach(pipeline.exec())) ?? [];
    return new Map(
      segments.map((segment, index) => {
        const bytes = replies[index]?.[1] as Buffer | null | undefined;
        if (bytes == null || bytes.length === 0) return [segment, 0];
        return [segment, table === 'rows' ? timeOfIdText(bytes.toString('latin1')) : bytes.readUIntLE(0, 6)];
      }),
    );
  }
}

/** As SETBIT counts: from the highest bit of the first byte. */
function isFreed(bits: Buffer | undefined, segment: number): boolean {
  return (((bits?.[segment >>> 3] ?? 0) >>> (7 - (segment % 8))) & 1) === 1;
}

const alphabet = '0123456789abcdefghjkmnpqrstvwxyz';
const digits = new Map([...alphabet].map((digit, value) => [digit, value]));

/** The time in a task's id: the first ten characters after `tsk_`. */
export function timeOfIdText(text: string): number {
  let ms = 0;
  for (let at = 0; at < 10; at += 1) ms = ms * 32 + (digits.get(text[at] ?? '') ?? 0);
  return ms;
}

/** The same the other way round. */
export function idTextOf(ms: number): string {
  let text = '';
  for (let left = Math.max(0, ms), at = 0; at < 10; at += 1, left = Math.floor(left / 32)) {
    text = alphabet[left % 32] + text;
  }
  return text;
}

/** In memory of its own, where 32-bit integers can begin. */
function ownCopy(buffer: Buffer): Buffer {
  return Buffer.from(new Uint8Array(buffer).buffer);
}

function integers(buffer: Buffer | undefined): Int32Array | undefined {
  if (buffer === undefined) return undefined;
  const aligned = buffer.byteOffset % 4 === 0 ? buffer : ownCopy(buffer);
  return new Int32Array(aligned.buffer, aligned.byteOffset, Math.floor(aligned.length / 4));
}
