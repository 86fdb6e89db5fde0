import { createWriteStream } from 'node:fs';
import { appendFile, mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { finished } from 'node:stream/promises';
import { createDirectContext, declaredClass, type Json, TemporaryError } from '@drover/core';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { type CopyOptions, copyRows } from './copy-rows.ts';
import { RowSpec } from './row-spec.ts';
import { WriteFormat } from './row-writer.ts';

let dataDir = '';
beforeEach(async () => {
  dataDir = await mkdtemp(join(tmpdir(), 'drover-rows-'));
});
afterEach(() => rm(dataDir, { recursive: true }));

function options(from: string, to: string, more: Partial<CopyOptions> = {}): CopyOptions {
  const format = WriteFormat.parse(to.split('.').at(-1));
  const write = { format, delimiter: ',', escapeFormulas: false };
  return { from, to, spec: RowSpec.parse({}), write, onBadRow: 'skip', ...more };
}

const read = (name: string) => readFile(join(dataDir, name), 'utf8');

function copy(copyOptions: CopyOptions, lastCheckpoint?: Json) {
  const { context, record } = createDirectContext({ dataDir, ...(lastCheckpoint ? { lastCheckpoint } : {}) });
  return { done: copyRows(copyOptions, context), record };
}

test('CSV, NDJSON and JSON are written, and read back the same', async () => {
  await writeFile(join(dataDir, 'in.csv'), 'id,text\n1,"a, ""b"""\n2,"line\nbreak"\n3,é\n');
  expect(await copy(options('in.csv', 'a.ndjson')).done).toMatchObject({
    file: 'a.ndjson',
    count: 3,
    bad: 0,
    columns: ['id', 'text'],
  });
  await copy(options('a.ndjson', 'b.csv')).done;
  await copy(options('b.csv', 'c.json')).done;
  expect(await read('b.csv')).toBe(await read('in.csv'));
  expect(JSON.parse(await read('c.json'))).toEqual([
    { id: '1', text: 'a, "b"' },
    { id: '2', text: 'line\nbreak' },
    { id: '3', text: 'é' },
  ]);
  expect((await readdir(dataDir)).sort()).toEqual(['a.ndjson', 'b.csv', 'c.json', 'in.csv']);
});

test('a file without rows makes a whole file without rows', async () => {
  await writeFile(join(dataDir, 'in.csv'), 'id,text\n');
  await copy(options('in.csv', 'a.json')).done;
  await copy(options('in.csv', 'a.ndjson')).done;
  expect(JSON.parse(await read('a.json'))).toEqual([]);
  expect(await read('a.ndjson')).toBe('');
});

test('what was written is told with its columns, as far as there is room', async () => {
  const wide = Array.from({ length: 900 }, (_, n) => `column${n}`.padEnd(100, '_'));
  await writeFile(join(dataDir, 'in.csv'), `${wide.join()}\n${wide.map(() => 1).join()}\n`);
  const { columns } = await copy(options('in.csv', 'out.ndjson')).done;
  expect(columns).toEqual(wide.slice(0, 100));
  const rename = { [wide[0] ?? '']: 'id' };
  const spec = RowSpec.parse({ select: wide.slice(0, 2), rename });
  expect((await copy(options('in.csv', 'two.ndjson', { spec })).done).columns).toEqual(['id', wide[1]]);
});

test('running twice leaves the same file', async () => {
  const once = await copy(options('sample:orders.csv', 'orders.ndjson')).done;
  const first = await read('orders.ndjson');
  expect(await copy(options('sample:orders.csv', 'orders.ndjson')).done).toEqual(once);
  expect(await read('orders.ndjson')).toBe(first);
});

test('bad rows are counted and the first ones shown, or fail the task where that is asked for', async () => {
  const spec = RowSpec.parse({ types: { quantity: 'integer', unit_price: 'number', ordered_at: 'date' } });
  const skipped = await copy(options('sample:orders.csv', 'orders.ndjson', { spec })).done;
  expect(skipped.read).toBe(1_500);
  expect(skipped.bad).toBeGreaterThan(10);
  expect(skipped.badRows).toHaveLength(10);
  expect(skipped.count + skipped.bad).toBe(skipped.read);
  const failed = copy(options('sample:orders.csv', 'other.ndjson', { spec, onBadRow: 'fail' }));
  await expect(failed.done).rejects.toThrow(/^sample:orders\.csv, line \d+: /);
  expect(declaredClass(await failed.done.catch((error: unknown) => error))).toBe('data');
  expect(await readdir(dataDir)).toEqual(['orders.ndjson']);
});

test('a CSV row that has a column more than the header is a bad row, not a loss', async () => {
  await writeFile(join(dataDir, 'in.ndjson'), '{"a":1}\n{"a":2,"b":3}\n{}\n');
  const result = await copy(options('in.ndjson', 'out.csv')).done;
  expect(result).toMatchObject({ count: 2, bad: 1, badRows: [{ line: 2, problem: expect.stringContaining('"b"') }] });
  expect(await read('out.csv')).toBe('a\n1\n\n');
});

test('formulas become texts where the file is for a spreadsheet', async () => {
  await writeFile(join(dataDir, 'in.ndjson'), '{"a":"=1+1"}\n');
  const write = { format: 'csv', delimiter: ';', escapeFormulas: true } as const;
  await copy(options('in.ndjson', 'out.csv', { write })).done;
  expect(await read('out.csv')).toBe("a\n'=1+1\n");
});

/** Rows enough to be written in several turns. */
async function manyRows(name: string, rows: number, padding = 80): Promise<void> {
  const stream = createWriteStream(join(dataDir, name));
  stream.write('id,value,padding\n');
  for (let id = 0; id < rows; id++) {
    const isFull = !stream.write(`${id},${(id * 7919) % 1000},${'x'.repeat(padding)}\n`);
    if (isFull) await new Promise<void>((resolve) => void stream.once('drain', resolve));
  }
  stream.end();
  await finished(stream);
}

const spec = RowSpec.parse({
  types: { id: 'integer', value: 'integer' },
  filter: [{ column: 'value', op: '<', value: 900 }],
  select: ['id', 'value'],
});

/** Runs until so much progress was told, then stops it as a worker that shuts down would. */
async function interrupted(copyOptions: CopyOptions, atReports: number, lastCheckpoint?: Json) {
  const abort = new AbortController();
  const { context, record } = createDirectContext({
    dataDir,
    signal: abort.signal,
    ...(lastCheckpoint ? { lastCheckpoint } : {}),
  });
  let reports = 0;
  const progress = () => {
    reports += 1;
    if (reports === atReports) abort.abort(new Error('shutdown'));
  };
  await expect(copyRows(copyOptions, { ...context, progress })).rejects.toThrow('shutdown');
  return record.checkpoint as { byte: number; writer: { part: string; bytes: number } } & Record<string, Json>;
}

test.each(['csv', 'ndjson', 'json'])('an attempt goes on where the last was stopped, writing %s', async (format) => {
  await manyRows('in.csv', 30_000);
  const whole = await copy(options('in.csv', `whole.${format}`, { spec })).done;
  const again = options('in.csv', `again.${format}`, { spec });
  const first = await interrupted(again, 3);
  expect(await readdir(dataDir)).not.toContain(`again.${format}`);
  const second = await interrupted(again, 5, first);
  expect(second.byte).toBeGreaterThan(first.byte);
  const last = copy(again, second);
  expect(await last.done).toEqual({ ...whole, file: `again.${format}` });
  expect(last.record.log.map(({ message }) => message)).toContain('went on where the last attempt was');
  expect(await read(`again.${format}`)).toBe(await read(`whole.${format}`));
  expect((await readdir(dataDir)).filter((name) => name.endsWith('.part'))).toEqual([]);
});

test('what a killed attempt wrote after its checkpoint is written again, once', async () => {
  await manyRows('in.csv', 30_000);
  await copy(options('in.csv', 'whole.csv', { spec })).done;
  const again = options('in.csv', 'again.csv', { spec });
  const checkpoint = await interrupted(again, 3);
  await appendFile(join(dataDir, checkpoint.writer.part), 'half a row, and then the power w');
  await copy(again, checkpoint).done;
  expect(await read('again.csv')).toBe(await read('whole.csv'));
});

test.each<[string, (checkpoint: { writer: { part: string } }) => Promise<void>]>([
  ['the input has changed', () => appendFile(join(dataDir, 'in.csv'), '1,1,x\n')],
  ['the unfinished file is gone', ({ writer }) => rm(join(dataDir, writer.part))],
  ['the unfinished file is too short', ({ writer }) => writeFile(join(dataDir, writer.part), 'x')],
])('it begins anew when %s', async (_, change) => {
  await manyRows('in.csv', 30_000);
  const again = options('in.csv', 'again.csv', { spec });
  const checkpoint = await interrupted(again, 3);
  await change(checkpoint);
  await copy(again, checkpoint).done;
  await copy(options('in.csv', 'whole.csv', { spec })).done;
  expect(await read('again.csv')).toBe(await read('whole.csv'));
});

test('it begins anew when the options have changed', async () => {
  await manyRows('in.csv', 30_000);
  const checkpoint = await interrupted(options('in.csv', 'again.csv', { spec }), 3);
  await copy(options('in.csv', 'again.csv'), checkpoint).done;
  await copy(options('in.csv', 'whole.csv')).done;
  expect(await read('again.csv')).toBe(await read('whole.csv'));
});

test('a hostile checkpoint leads nowhere', async () => {
  await manyRows('in.csv', 10);
  const writer = { part: '../../etc/passwd', bytes: 0, rows: 0, columns: null };
  const counts = { read: 0, filtered: 0, bad: 0, badRows: [] };
  const checkpoint = { digest: 'x', byte: 0, line: 0, version: '', head: null, counts, writer };
  expect(await copy(options('in.csv', 'out.csv'), checkpoint).done).toMatchObject({ count: 10 });
});

test('progress is told by bytes', async () => {
  await manyRows('in.csv', 30_000);
  const { done, record } = copy(options('in.csv', 'out.ndjson'));
  await done;
  const percents = record.progress.map(({ percent }) => percent);
  expect(percents).toEqual([...percents].sort((a, b) => a - b));
  expect(percents.length).toBeGreaterThan(10);
  expect(percents.at(-1)).toBe(100);
});

test('a checkpoint that cannot be stored does not hide why the task failed', async () => {
  await manyRows('in.csv', 30_000);
  const { context } = createDirectContext({ dataDir });
  const failing = {
    ...context,
    progress: () => {
      throw new TemporaryError('the first reason');
    },
    checkpoint: () => Promise.reject(new Error('Redis is away')),
  };
  await expect(copyRows(options('in.csv', 'out.csv'), failing)).rejects.toThrow('the first reason');
});

test('a header line too wide for a checkpoint does not fail the task', async () => {
  const columns = Array.from({ length: 900 }, (_, index) => `a_rather_long_name_for_column_${index}`.repeat(3));
  await writeFile(join(dataDir, 'in.csv'), `${columns.join(',')}\n${columns.map(() => '1').join(',')}\n`);
  const { context, record } = createDirectContext({ dataDir });
  const stopped = { ...context, signal: AbortSignal.abort(new Error('shutdown')) };
  await expect(copyRows(options('in.csv', 'out.csv'), stopped)).rejects.toThrow('shutdown');
  expect(record.checkpoint).toBeUndefined();
  expect(await copy(options('in.csv', 'out.csv')).done).toMatchObject({ count: 1 });
});

test('a file of 60 MB passes through in constant memory', { timeout: 120_000 }, async () => {
  await manyRows('large.csv', 240_000, 240);
  const before = process.memoryUsage.rss();
  let most = before;
  const { context } = createDirectContext({ dataDir });
  const watched = {
    ...context,
    progress: () => {
      most = Math.max(most, process.memoryUsage.rss());
    },
  };
  const result = await copyRows(options('large.csv', 'out.ndjson'), watched);
  expect(result.count).toBe(240_000);
  expect(result.bytes).toBeGreaterThan(60_000_000);
  // Held in memory, the rows would take several times the file.
  expect((most - before) / 1_000_000).toBeLessThan(60);
});
