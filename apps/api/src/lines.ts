import { ClusterError, limits } from '@drover/core';

/** A line of NDJSON; one that is too long is its error. */
export type Line = Buffer | ClusterError;

const newline = 0x0a;
const blank = /^[ \t\r]*$/;

/**
 * Cuts a stream into lines. It holds one line at most: of one that grows too long, nothing is kept. Blank lines are
 * passed over. The last line needs no line break.
 */
export class LineCutter {
  #begun: Buffer[] = [];
  #begunBytes = 0;

  /** The lines that end in this part of the stream. */
  cut(part: Buffer): Line[] {
    const lines: Line[] = [];
    let start = 0;
    for (let end = part.indexOf(newline); end !== -1; end = part.indexOf(newline, start)) {
      this.#keep(part.subarray(start, end));
      this.#endInto(lines);
      start = end + 1;
    }
    this.#keep(part.subarray(start));
    return lines;
  }

  /** What is left when the stream has ended. */
  end(): Line[] {
    const lines: Line[] = [];
    this.#endInto(lines);
    return lines;
  }

  #keep(piece: Buffer): void {
    this.#begunBytes += piece.length;
    if (this.#begunBytes > limits.ndjsonLineBytes) this.#begun = [];
    else if (piece.length > 0) this.#begun.push(piece);
  }

  #endInto(lines: Line[]): void {
    if (this.#begunBytes > limits.ndjsonLineBytes) {
      lines.push(new ClusterError('body_too_large', `A line may have ${limits.ndjsonLineBytes} bytes.`));
    } else if (this.#begunBytes > 0) {
      const line = this.#begun.length === 1 ? (this.#begun[0] as Buffer) : Buffer.concat(this.#begun);
      if (line.length > 8 || !blank.test(line.toString('latin1'))) lines.push(line);
    }
    this.#begun = [];
    this.#begunBytes = 0;
  }
}
