import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { createServer, type IncomingMessage } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createDirectContext, declaredClass, type Json, methodsOf, parseArguments, runDirectly } from '@drover/core';
import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { dataExtractor, dataLoader, dataTransformer } from './data-models.ts';

let dataDir = '';
beforeEach(async () => {
  dataDir = await mkdtemp(join(tmpdir(), 'drover-etl-'));
});
afterEach(async () => {
  vi.unstubAllEnvs();
  await rm(dataDir, { recursive: true });
});

test('extract, transform and load are three tasks that hand each other a file', async () => {
  const extracted = await runDirectly(dataExtractor, 'extract', {}, { id: 't_1', dataDir });
  expect(extracted.result).toMatchObject({ file: 'work/t_1/extracted.ndjson', read: 1_500 });
  const { count: handedOver } = extracted.result as { count: number };
  const transform = {
    types: { quantity: 'integer', unit_price: 'number', ordered_at: 'date' },
    filter: [
      { column: 'status', op: '=', value: 'shipped' },
      { column: 'country', op: 'in', value: ['CH', 'DE'] },
    ],
    select: ['order_id', 'ordered_at', 'product', 'quantity', 'unit_price'],
    rename: { order_id: 'id' },
  };
  const transformed = await runDirectly(
    dataTransformer,
    'transform',
    { kwargs: transform },
    { id: 't_2', dataDir, dependencies: { extract: extracted.result as Json } },
  );
  expect(transformed.result).toMatchObject({ file: 'work/t_2/transformed.ndjson', read: handedOver });
  const loaded = await runDirectly(
    dataLoader,
    'load',
    { kwargs: { to: 'out/shipped.csv', delimiter: ';' } },
    { id: 't_3', dataDir, dependencies: { transform: transformed.result as Json } },
  );
  const { count } = transformed.result as { count: number };
  expect(loaded.result).toMatchObject({ file: 'out/shipped.csv', format: 'csv', count, bad: 0 });
  const lines = (await readFile(join(dataDir, 'out/shipped.csv'), 'utf8')).trim().split('\n');
  expect(lines[0]).toBe('id;ordered_at;product;quantity;unit_price');
  expect(lines).toHaveLength(count + 1);
});

test('a step without a file says what it needs', async () => {
  await expect(runDirectly(dataTransformer, 'transform', {}, { dataDir })).rejects.toThrow('give "file"');
  const dependencies = { a: { file: 'a.csv' }, b: { file: 'b.csv' } };
  await expect(runDirectly(dataLoader, 'load', {}, { dataDir, dependencies })).rejects.toThrow('left 2 files');
  await expect(
    runDirectly(dataLoader, 'load', { kwargs: { file: 'a.csv', to: 'b.pdf' } }, { dataDir }),
  ).rejects.toThrow('.csv, .ndjson or .json');
});

test.each(['/etc/passwd', '../x.csv', 'file:///etc/passwd', 'a/../../x.csv'])(
  'the source %s is refused',
  async (source) => {
    await expect(runDirectly(dataExtractor, 'extract', { kwargs: { source } }, { dataDir })).rejects.toMatchObject({
      code: 'args_invalid',
    });
  },
);

const rows = Array.from({ length: 20_000 }, (_, id) => `{"id":${id}}\n`).join('');

/** Serves rows; the first answer stops in the middle, until `breakOff`. Later ones give the range that is asked for. */
function brittleServer(etag: string) {
  const asked: IncomingMessage['headers'][] = [];
  let breakOff = () => {};
  const server = createServer((request, response) => {
    asked.push(request.headers);
    const from = Number(/^bytes=(\d+)-$/.exec(request.headers.range ?? '')?.[1] ?? 0);
    const isPart = from > 0 && request.headers['if-range'] === etag;
    const body = isPart ? rows.slice(from) : rows;
    const headers = { etag, 'content-length': body.length, 'content-type': 'application/x-ndjson; charset=utf-8' };
    response.writeHead(isPart ? 206 : 200, headers);
    if (asked.length > 1) {
      response.end(body);
      return;
    }
    response.write(rows.slice(0, 150_000));
    breakOff = () => response.destroy();
  });
  return { server, asked, breakOff: () => breakOff() };
}

test.each([
  ['"v1"', 'goes on in the middle', (range: string | undefined) => expect(range).toMatch(/^bytes=[1-9]\d+-$/)],
  ['W/"v1"', 'begins anew', (range: string | undefined) => expect(range).toBeUndefined()],
])('with the version %s a download that broke off %s', async (etag, _, check) => {
  const { server, asked, breakOff } = brittleServer(etag);
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  try {
    const source = `http://127.0.0.1:${(server.address() as AddressInfo).port}/rows`;
    await expect(runDirectly(dataExtractor, 'extract', { kwargs: { source } }, { dataDir })).rejects.toThrow(
      'not a public address',
    );
    vi.stubEnv('HTTP_ALLOW_PRIVATE', '127.0.0.1');
    const method = methodsOf(dataExtractor).get('data.extractor.extract');
    if (method === undefined) throw new Error('no such method');
    const input = parseArguments(method, [], { source, to: 'rows.ndjson' });
    const first = createDirectContext({ dataDir });
    const breaking = { ...first.context, progress: breakOff };
    const error = await Promise.resolve(method.run(input, breaking)).catch((thrown: unknown) => thrown);
    expect(declaredClass(error)).toBe('temporary');
    const lastCheckpoint = first.record.checkpoint ?? null;
    expect(await method.run(input, createDirectContext({ dataDir, lastCheckpoint }).context)).toMatchObject({
      count: 20_000,
    });
    check(asked[1]?.range);
    expect(await readFile(join(dataDir, 'rows.ndjson'), 'utf8')).toBe(rows);
  } finally {
    server.closeAllConnections();
    server.close();
  }
});

test('a URL that answers badly fails as http.request would', async () => {
  const server = createServer((_, response) => response.writeHead(503, { 'retry-after': '9' }).end());
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  try {
    vi.stubEnv('HTTP_ALLOW_PRIVATE', 'true');
    const source = `http://127.0.0.1:${(server.address() as AddressInfo).port}/rows.csv`;
    const run = runDirectly(dataExtractor, 'extract', { kwargs: { source } }, { dataDir });
    await expect(run).rejects.toMatchObject({ delaySeconds: 9, message: expect.stringContaining('answered 503') });
  } finally {
    server.close();
  }
});
