import type { IncomingMessage, ServerResponse } from 'node:http';
import { limits } from '@drover/core';
import { type Line, LineCutter } from './lines.ts';
import { writeOut } from './write-out.ts';

/** What becomes of lines: one answer for each, in order. Never rejects. */
export type AnswerLines = (lines: Line[], firstPlace: number) => Promise<unknown[]>;

/**
 * NDJSON in, NDJSON out, both at once: request ──▶ lines ──▶ groups ──▶ answers, in order.
 *
 * A group goes as soon as nothing is under way; while one is, lines gather, up to `limits.bulkChunk`. When
 * `limits.bulkParallel` groups are under way, or the client does not read its answers, nothing more is read of the
 * request: what is held is bounded, however many lines there are. A client must read while it sends; one that takes
 * nothing for `limits.streamStallMs` is cut off.
 */
export class BulkStream {
  readonly #response: ServerResponse;
  readonly #answer: AnswerLines;
  readonly #cutter = new LineCutter();
  #gathered: Line[] = [];
  #gatheredBytes = 0;
  #place = 0;
  /** Groups under way, oldest first: each settles when its answers are written. None rejects. */
  readonly #underway: Promise<void>[] = [];

  constructor(response: ServerResponse, answer: AnswerLines) {
    this.#response = response;
    this.#answer = answer;
  }

  /** Ends with the request, or when the client has gone: what it had sent in whole lines by then is enqueued. */
  async run(request: IncomingMessage): Promise<void> {
    try {
      for await (const part of request) {
        await this.#gather(this.#cutter.cut(part as Buffer));
        if (this.#response.destroyed) return;
      }
    } catch {
      // It broke off, perhaps within a line: that line is not one.
      return;
    }
    await this.#gather(this.#cutter.end());
    this.#send();
    while (this.#underway.length > 0) await this.#underway[0];
    this.#response.end();
  }

  async #gather(lines: Line[]): Promise<void> {
    for (const line of lines) {
      this.#gathered.push(line);
      this.#gatheredBytes += Buffer.isBuffer(line) ? line.length : 0;
      if (this.#gathered.length < limits.bulkChunk && this.#gatheredBytes < limits.bulkChunkBytes) continue;
      while (this.#underway.length >= limits.bulkParallel) await this.#underway[0];
      this.#send();
    }
    if (this.#underway.length === 0) this.#send();
  }

  #send(): void {
    if (this.#gathered.length === 0) return;
    const lines = this.#gathered;
    this.#gathered = [];
    this.#gatheredBytes = 0;
    const answers = this.#answer(lines, this.#place);
    this.#place += lines.length;
    const before = this.#underway.at(-1);
    this.#underway.push(this.#settle(before, answers));
  }

  async #settle(before: Promise<void> | undefined, answers: Promise<unknown[]>): Promise<void> {
    await before;
    const lines = (await answers).map((answer) => `${JSON.stringify(answer)}\n`);
    await writeOut(this.#response, lines.join(''));
    void this.#underway.shift();
    if (this.#underway.length === 0) this.#send();
  }
}
