import { limits } from '@drover/core';
import { expect, test } from 'vitest';
import { type CsvHead, readCsv } from './read-csv.ts';
import { readNdjson } from './read-ndjson.ts';
import type { RowRead } from './row.ts';

/** Gives the bytes in pieces of a size, so that every border is met. */
async function* inPieces(bytes: Buffer, size: number): AsyncGenerator<Buffer> {
  for (let at = 0; at < bytes.byteLength; at += size) yield bytes.subarray(at, at + size);
}

async function all(rows: AsyncIterable<RowRead>): Promise<RowRead[]> {
  const read: RowRead[] = [];
  for await (const row of rows) read.push(row);
  return read;
}

const csvText = '\uFEFFid,name\r\n1,"a ""quoted"" one"\r\n2,"two\nlines"\n\n3,é,extra\n4,5" pipe\n5';

async function csv(text: string, size = 7, start = { byte: 0, line: 0, head: undefined as CsvHead | undefined }) {
  let head: CsvHead | undefined = start.head;
  const bytes = Buffer.from(text).subarray(start.byte);
  const rows = await all(
    readCsv(inPieces(bytes, size), start, (found) => {
      head = found;
    }),
  );
  return { rows, head };
}

test.each([1, 2, 3, 7, 1_000])('CSV is read the same in pieces of %i bytes', async (size) => {
  const { rows, head } = await csv(csvText, size);
  expect(head).toEqual({ columns: ['id', 'name'], delimiter: ',' });
  expect(rows.map((read) => ('row' in read ? read.row : read.problem))).toEqual([
    { id: '1', name: 'a "quoted" one' },
    { id: '2', name: 'two\nlines' },
    '3 fields instead of 2',
    { id: '4', name: '5" pipe' },
    '1 fields instead of 2',
  ]);
  expect(rows.map(({ line }) => line)).toEqual([2, 4, 6, 7, 8]);
});

test('reading CSV may go on after any row, as if it had never stopped', async () => {
  const { rows, head } = await csv(csvText);
  for (const [index, { endByte, line }] of rows.entries()) {
    const rest = await csv(csvText, 5, { byte: endByte, line, head });
    expect(rest.rows).toEqual(rows.slice(index + 1));
  }
});

test.each([
  ['a;b;c\n1,5;2;3\n', ';', { a: '1,5', b: '2', c: '3' }],
  ['a\tb\n1\t2\n', '\t', { a: '1', b: '2' }],
  ['"x,y,z"|b\n1|2\n', '|', { 'x,y,z': '1', b: '2' }],
  ['only\n1\n', ',', { only: '1' }],
])('the delimiter of %j is found out', async (text, delimiter, row) => {
  const { rows, head } = await csv(text, 1_000);
  expect(head?.delimiter).toBe(delimiter);
  expect(rows).toMatchObject([{ row }]);
});

test('empty and repeated column names are made distinct, and none is special', async () => {
  const { rows } = await csv('a,,a,__proto__\n1,2,3,4\n');
  const [read] = rows;
  expect(read && 'row' in read && Object.entries(read.row)).toEqual([
    ['a', '1'],
    ['column_2', '2'],
    ['a_2', '3'],
    ['__proto__', '4'],
  ]);
});

test.each([
  ['', 'no header line'],
  ['a,b\n1,"never closed\n2,3\n', 'Quote Not Closed'],
  [`a,b\n1,"${'x'.repeat(limits.rowBytes + 10)}`, 'Max Record Size'],
])('what is no CSV fails with the reason', async (text, reason) => {
  await expect(csv(text, 65_536)).rejects.toThrow(reason);
});

const ndjsonText = '\uFEFF{"a":1}\n\n{"b":"é"}\r\n[1]\nbroken\n{"__proto__":7}';

test.each([1, 2, 5, 1_000])('NDJSON is read the same in pieces of %i bytes', async (size) => {
  const rows = await all(readNdjson(inPieces(Buffer.from(ndjsonText), size), { byte: 0, line: 0 }));
  expect(rows.map((read) => ('row' in read ? JSON.stringify(read.row) : read.problem))).toEqual([
    '{"a":1}',
    '{"b":"é"}',
    'the line is no JSON object',
    expect.stringContaining('the line is no JSON'),
    '{"__proto__":7}',
  ]);
  expect(rows.map(({ line }) => line)).toEqual([1, 3, 4, 5, 6]);
  for (const [index, { endByte, line }] of rows.entries()) {
    const rest = inPieces(Buffer.from(ndjsonText).subarray(endByte), size);
    expect(await all(readNdjson(rest, { byte: endByte, line }))).toEqual(rows.slice(index + 1));
  }
});

test('a line that is too long is a problem of that line only', async () => {
  const text = `{"a":"${'x'.repeat(limits.rowBytes)}"}\n{"b":2}\n`;
  const rows = await all(readNdjson(inPieces(Buffer.from(text), 65_536), { byte: 0, line: 0 }));
  expect(rows).toMatchObject([{ problem: expect.stringContaining('longer than') }, { row: { b: 2 }, line: 2 }]);
});
