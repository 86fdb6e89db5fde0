import { ClusterError, limits } from '@drover/core';
import { expect, test } from 'vitest';
import { type Line, LineCutter } from './lines.ts';

function cut(parts: string[]): string[] {
  const cutter = new LineCutter();
  const lines: Line[] = [];
  for (const part of parts) lines.push(...cutter.cut(Buffer.from(part)));
  lines.push(...cutter.end());
  return lines.map((line) => (line instanceof ClusterError ? line.code : line.toString()));
}

test('a stream is cut into lines wherever it comes in parts', () => {
  const text = 'one\ntwo\r\n\n  \n\r\nthree';
  const expected = ['one', 'two\r', 'three'];
  expect(cut([text])).toEqual(expected);
  expect(cut([...text])).toEqual(expected);
  expect(cut([text, '\n'])).toEqual(expected);
  expect(cut([])).toEqual([]);
});

test('a line that grows too long is told once, and its neighbours are kept', () => {
  const long = 'x'.repeat(limits.ndjsonLineBytes);
  expect(cut(['a\n', long, '\nb'])).toEqual(['a', long, 'b']);
  expect(cut(['a\n', long, 'x', long, '\nb'])).toEqual(['a', 'body_too_large', 'b']);
  expect(cut(['a\n', long, 'x'])).toEqual(['a', 'body_too_large']);
});
