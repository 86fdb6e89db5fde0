import { limits } from '@drover/core';
import type { Row, RowRead } from './row.ts';

const lineFeed = 0x0a;

/**
 * Reads JSON objects, one a line, in constant memory. Blank lines are passed over; what is no object, or is longer than
 * `limits.rowBytes`, is a problem of that line only.
 */
export async function* readNdjson(
  chunks: AsyncIterable<Buffer>,
  start: { byte: number; line: number },
): AsyncGenerator<RowRead> {
  let { byte, line } = start;
  let parts: Buffer[] = [];
  let lineBytes = 0;

  const take = (part: Buffer) => {
    lineBytes += part.byteLength;
    if (lineBytes > limits.rowBytes) parts = [];
    else parts.push(part);
  };
  const end = (): RowRead | undefined => {
    byte += lineBytes;
    const isTooLong = lineBytes > limits.rowBytes;
    const text = isTooLong ? '' : Buffer.concat(parts).toString('utf8');
    parts = [];
    lineBytes = 0;
    const at = { endByte: byte, line };
    if (isTooLong) return { ...at, problem: `the line is longer than ${limits.rowBytes} bytes` };
    return text.trim() === '' ? undefined : { ...at, ...parseLine(text) };
  };

  for await (const chunk of chunks) {
    let from = 0;
    for (let at = chunk.indexOf(lineFeed); at !== -1; at = chunk.indexOf(lineFeed, from)) {
      take(chunk.subarray(from, at));
      from = at + 1;
      byte += 1;
      line += 1;
      const read = end();
      if (read !== undefined) yield read;
    }
    if (from < chunk.byteLength) take(chunk.subarray(from));
  }
  line += 1;
  const last = end();
  if (last !== undefined) yield last;
}

function parseLine(text: string): { row: Row } | { problem: string } {
  try {
    const value: unknown = JSON.parse(text.replace(/^\uFEFF/, ''));
    if (typeof value === 'object' && value !== null && !Array.isArray(value)) return { row: value as Row };
    return { problem: 'the line is no JSON object' };
  } catch (error) {
    return { problem: `the line is no JSON: ${(error as Error).message.slice(0, 100)}` };
  }
}
