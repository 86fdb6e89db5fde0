import { type ExecutionEntry, type ExecutionPage, limits, TaskRequest } from '@drover/core';
import { parse } from 'csv-parse/sync';
import { afterAll, afterEach, beforeAll, describe, expect, test, vi } from 'vitest';
import { type ApiStage, adminToken, problemOf, startApiStage } from '../api-stage.ts';
import { eventually } from '../eventually.ts';
import { startRedis } from '../redis.ts';

let stage: ApiStage;

const count = 3_000;
/** Enough that the buffers of both ends cannot hold all of them. */
const message = 'x'.repeat(limits.errorMessageBytes);
const path = '/v1/executions';
const columns =
  'id,taskId,attempt,name,model,method,queue,company,user,taskState,outcome,startedAt,endedAt,durationSeconds,retryAt,worker,host,pid,memoryMb,message,errorClass,errorName,errorMessage';

/** Texts that break an export that is put together carelessly. */
const odd = ['=1+1', '+1', '-1', '@SUM(A1)', 'a,b;c', 'say "hi"', "'quoted'", 'Größe €5 😀', ' spaces ', '＝1+1'];

async function runMany(on: ApiStage, total: number): Promise<void> {
  const request = TaskRequest.parse({ model: 'probe', method: 'permanent_error', kwargs: { message }, tags: ['many'] });
  for (let sent = 0; sent < total; sent += limits.bulkTasks) {
    const requests = Array<TaskRequest>(Math.min(limits.bulkTasks, total - sent)).fill(request);
    await on.cluster.tasks.enqueueMany(requests, {}, { unchecked: true });
  }
  await eventually(async () => {
    const { counts } = await on.cluster.queues.get('default', {});
    expect(counts.error).toBeGreaterThanOrEqual(total);
  }, 60_000);
}

beforeAll(async () => {
  stage = await startApiStage();
  await stage.startWorker({ concurrency: 50 });
  await runMany(stage, count);
  for (const name of odd) {
    const task = { model: 'probe', method: 'echo', name, tags: ['odd'], user: 'ann', company: 'acme' };
    const { id } = await stage.enqueue(task);
    await stage.cluster.tasks.waitFor(id, {}, 20_000);
  }
  const lines = { model: 'probe', method: 'permanent_error', tags: ['lines'] };
  await stage
    .enqueue({ ...lines, kwargs: { message: '=two\r\nlines, "quoted"' } }, { headers: { prefer: 'wait=20' } })
    .catch(() => undefined);
}, 120_000);

afterAll(() => stage.stop());
afterEach(() => vi.restoreAllMocks());

const headers = { authorization: `Bearer ${adminToken}` };
const exportOf = (query: string, on = stage) => fetch(`${on.url}${path}${query}`, { headers });
const pagesRead = (on = stage) => vi.spyOn(on.cluster.executions, 'list');
const linesOf = (text: string) =>
  text
    .split('\n')
    .slice(0, -1)
    .map((line) => JSON.parse(line) as ExecutionEntry);

async function allPages(query: string): Promise<ExecutionEntry[]> {
  const entries: ExecutionEntry[] = [];
  let cursor: string | null = null;
  do {
    const next: string = cursor === null ? '' : `&cursor=${cursor}`;
    const { body } = await stage.ask<ExecutionPage>(`${path}?limit=200${query}${next}`);
    entries.push(...body.items);
    cursor = body.nextCursor;
  } while (cursor !== null);
  return entries;
}

/** Answers when no page has been read for a while, nor is one on its way: how many were. */
async function settled(reads: ReturnType<typeof pagesRead>): Promise<number> {
  let before = -1;
  let looks = 0;
  await eventually(() => {
    const isOnItsWay = reads.mock.settledResults.at(-1)?.type === 'incomplete';
    looks = reads.mock.calls.length === before && !isOnItsWay ? looks + 1 : 0;
    before = reads.mock.calls.length;
    expect(looks).toBeGreaterThan(25);
  }, 25_000);
  return before;
}

test('executions are listed by their start, newest first, with what one wants to know of their tasks', async () => {
  const entries = await allPages('');
  expect(entries).toHaveLength(count + odd.length + 1);
  expect(new Set(entries.map(({ id }) => id)).size).toBe(entries.length);
  const starts = entries.map(({ startedAt }) => startedAt);
  expect(starts).toEqual([...starts].sort().reverse());
  expect(entries[1]).toMatchObject({
    attempt: 1,
    name: odd.at(-1),
    model: 'probe',
    method: 'echo',
    queue: 'default',
    company: 'acme',
    user: 'ann',
    taskState: 'done',
    outcome: 'success',
  });
}, 90_000);

test('executions are found by the same filters as tasks', async () => {
  const found = async (query: string) =>
    (await stage.ask<ExecutionPage>(`${path}${query}`)).body.items.map(({ name }) => name);
  expect(await found('?user=ann&limit=3')).toEqual(odd.slice(-3).reverse());
  expect(await found('?outcome=success&q=spaces')).toEqual([' spaces ']);
  expect(await found('?outcome=timeout')).toEqual([]);
  const [newest] = (await stage.ask<ExecutionPage>(`${path}?tag=odd&limit=1`)).body.items;
  expect(await found(`?tag=odd&from=${newest?.startedAt}`)).toEqual([odd.at(-1)]);
  expect(await found(`?tag=odd&to=${newest?.startedAt}&limit=1`)).toEqual([odd.at(-2)]);
});

test('an execution is looked at by its id', async () => {
  const [entry] = (await stage.ask<ExecutionPage>(`${path}?limit=1`)).body.items;
  expect((await stage.ask(`${path}/${entry?.id}`)).body).toEqual(entry);
  for (const id of ['x', `${entry?.taskId}.99`, `${entry?.taskId}`, '%00']) {
    expect(problemOf(await stage.ask(`${path}/${id}`))).toBe('404 execution_unknown');
  }
});

test('every try at a task is an execution', async () => {
  const kwargs = { times: 2, delaySeconds: 0 };
  const { id } = await stage.enqueue({ model: 'probe', method: 'fail_times', kwargs, user: 'eve' });
  await stage.cluster.tasks.waitFor(id, {}, 20_000);
  const { items } = (await stage.ask<ExecutionPage>(`${path}?user=eve`)).body;
  expect(items.map(({ attempt, outcome, taskState }) => [attempt, outcome, taskState])).toEqual([
    [3, 'success', 'done'],
    [2, 'error', 'done'],
    [1, 'error', 'done'],
  ]);
  const failed = (await stage.ask<ExecutionPage>(`${path}?user=eve&outcome=error`)).body.items;
  expect(failed.map(({ attempt }) => attempt)).toEqual([2, 1]);
});

describe('an export', () => {
  test('as NDJSON holds what the pages hold, line by line, in the same order', async () => {
    const answer = await exportOf('?format=ndjson&tag=many');
    expect(answer.headers.get('content-type')).toBe('application/x-ndjson');
    expect(answer.headers.get('content-disposition')).toMatch(
      /^attachment; filename="executions-\d{8}T\d{6}Z.ndjson"$/,
    );
    expect(answer.headers.get('cache-control')).toBe('no-store');
    const lines = linesOf(await answer.text());
    expect(lines).toHaveLength(count);
    expect(lines).toEqual(await allPages('&tag=many'));
  }, 90_000);

  test('as CSV is read back by any parser', async () => {
    const answer = await exportOf('?format=csv&tag=many');
    expect(answer.headers.get('content-type')).toBe('text/csv; charset=utf-8; header=present');
    expect(answer.headers.get('content-disposition')).toMatch(/^attachment; filename="executions-\d{8}T\d{6}Z.csv"$/);
    const text = await answer.text();
    expect(text.split('\r\n')[0]).toBe(columns);
    const rows = parse(text, { columns: true, record_delimiter: '\r\n' }) as Record<string, string>[];
    const pages = await allPages('&tag=many');
    expect(rows.map(({ id }) => id)).toEqual(pages.map(({ id }) => id));
    const [row, entry] = [rows[0], pages[0]];
    expect(row).toMatchObject({
      attempt: '1',
      startedAt: entry?.startedAt,
      durationSeconds: String(entry?.durationSeconds),
      pid: String(entry?.pid),
      taskState: 'error',
      company: '',
      errorClass: 'permanent',
      errorMessage: message,
    });
  }, 90_000);

  test('as CSV keeps odd texts whole, and lets no spreadsheet take one for a formula', async () => {
    const text = await (await exportOf('?format=csv&tag=odd')).text();
    const rows = parse(text, { columns: true, record_delimiter: '\r\n' }) as Record<string, string>[];
    const shown = odd.map((name) => (/^[=+\-@＝]/.test(name) ? `'${name}` : name));
    expect(rows.map(({ name }) => name).reverse()).toEqual(shown);
    const [lines] = parse(await (await exportOf('?format=csv&tag=lines')).text(), {
      columns: true,
      record_delimiter: '\r\n',
    }) as Record<string, string>[];
    expect(lines?.errorMessage).toBe('\'=two\r\nlines, "quoted"');
  });

  test('of nothing is a header row, or nothing', async () => {
    expect(await (await exportOf('?format=csv&tag=none')).text()).toBe(`${columns}\r\n`);
    expect(await (await exportOf('?format=ndjson&tag=none')).text()).toBe('');
  });

  test('is asked for by Accept too; what the address says goes before', async () => {
    const typeOf = async (query: string, accept: string) => {
      const answer = await stage.ask(`${path}?tag=odd${query}`, { headers: { accept } });
      expect(answer.headers.get('vary')).toBe('Accept');
      return answer.headers.get('content-type')?.split(';')[0];
    };
    expect(await typeOf('', 'text/csv')).toBe('text/csv');
    expect(await typeOf('', 'application/x-ndjson, application/json;q=0.5')).toBe('application/x-ndjson');
    expect(await typeOf('', 'text/csv;q=0.1, */*')).toBe('application/json');
    expect(await typeOf('', '*/*')).toBe('application/json');
    expect(await typeOf('&format=json', 'text/csv')).toBe('application/json');
    expect(await typeOf('&format=csv', 'application/json')).toBe('text/csv');
    expect(problemOf(await stage.ask(path, { headers: { accept: 'text/html' } }))).toMatch(/^406 not_acceptable/);
  });

  test('goes through everything for words, page by page', async () => {
    const reads = pagesRead();
    const lines = linesOf(await (await exportOf('?format=ndjson&q=spaces')).text());
    expect(lines.map(({ name }) => name)).toEqual([' spaces ']);
    expect(reads.mock.calls.length).toBeGreaterThan(1);
  });

  test('is whole: a limit or a cursor is refused, and what is wrong is told before anything is sent', async () => {
    for (const query of ['?format=csv&limit=10&cursor=abc', '?format=ndjson&limit=10&cursor=abc']) {
      expect(problemOf(await stage.ask(path + query))).toBe('422 request_invalid ?limit ?cursor');
    }
    expect(problemOf(await stage.ask(`${path}?format=xml`))).toBe('422 request_invalid ?format');
    expect(problemOf(await stage.ask(`${path}?format=csv&state=gone`))).toBe('422 request_invalid ?state');
  });

  test('is only looked at by HEAD', async () => {
    const reads = pagesRead();
    const answer = await stage.ask(`${path}?format=csv`, { method: 'HEAD' });
    expect([answer.status, answer.text]).toEqual([200, '']);
    expect(answer.headers.get('content-disposition')).toContain('.csv');
    expect(reads).toHaveBeenCalledTimes(1);
  });

  test("holds a company's executions only, for its key", async () => {
    const token = await stage.keyFor(['read'], 'acme');
    const { text } = await stage.ask(`${path}?format=ndjson`, { token });
    expect(linesOf(text).map(({ name }) => name)).toEqual([...odd].reverse());
    expect((await stage.ask(`${path}?format=ndjson&company=other`, { token })).text).toBe('');
  });
});

describe('an export that is not read', () => {
  test('stops being made, and goes on when it is read', async () => {
    const reads = pagesRead();
    const answer = await exportOf('?format=ndjson&tag=many');
    expect(await settled(reads)).toBeLessThan(count / limits.pageMax);
    expect(linesOf(await answer.text())).toHaveLength(count);
    expect(reads.mock.calls.length).toBeGreaterThanOrEqual(count / limits.pageMax);
  });

  test('ends when its client goes away', async () => {
    const reads = pagesRead();
    const answer = await exportOf('?format=ndjson&tag=many');
    const read = await settled(reads);
    await answer.body?.cancel();
    expect(await settled(reads)).toBeLessThanOrEqual(read + 1);
    expect((await stage.ask('/readyz')).status).toBe(200);
  });

  test('is broken off when the process stops, and nobody takes it for whole', async () => {
    const other = await startApiStage();
    try {
      await other.startWorker({ concurrency: 50 });
      await runMany(other, count);
      const reads = pagesRead(other);
      const answer = await exportOf('?format=ndjson', other);
      expect(await settled(reads)).toBeLessThan(count / limits.pageMax);
      other.stopping.abort();
      await expect(answer.text()).rejects.toThrow('terminated');
    } finally {
      await other.stop();
    }
  }, 90_000);

  test('is broken off when Redis goes away, and nobody takes it for whole', async () => {
    const redis = await startRedis();
    const other = await startApiStage({ redisUrl: redis.url });
    try {
      const worker = await other.startWorker({ concurrency: 50 });
      await runMany(other, count);
      await worker.stop(0);
      const reads = pagesRead(other);
      const answer = await exportOf('?format=csv', other);
      expect(await settled(reads)).toBeLessThan(count / limits.pageMax);
      await redis.stop();
      await expect(answer.text()).rejects.toThrow('terminated');
    } finally {
      await other.stop();
      await redis.stop();
    }
  }, 90_000);
});
