import { limits, type Task } from '@drover/core';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { type ApiStage, adminToken, problemOf, startApiStage } from '../api-stage.ts';
import { openStream, bulkPath as path, type BulkResult as Result, resultsOf } from '../bulk-talk.ts';
import { eventually } from '../eventually.ts';
import { startRedis } from '../redis.ts';

let stage: ApiStage;

beforeAll(async () => {
  stage = await startApiStage();
  await stage.startWorker({ queues: ['default'] });
});

afterAll(() => stage.stop());

const echo = (...args: unknown[]) => ({ model: 'probe', method: 'echo', args, queue: 'parked' });
const bad = { model: 'probe', method: 'echo', priority: 0 };

async function asJson(tasks: unknown[], headers: Record<string, string> = {}, on = stage): Promise<Result[]> {
  const answer = await on.ask<{ results: Result[] }>(path, { method: 'POST', json: { tasks }, headers });
  expect(answer.status, answer.text).toBe(200);
  return answer.body.results;
}

async function asLines(
  body: string | Uint8Array | ReadableStream,
  headers: Record<string, string> = {},
  on = stage,
): Promise<Result[]> {
  const sent = { 'content-type': 'application/x-ndjson', ...headers };
  const answer = await on.ask(path, { method: 'POST', body, headers: sent });
  expect([answer.status, answer.headers.get('content-type')]).toEqual([200, 'application/x-ndjson']);
  return resultsOf(answer.text);
}

const linesOf = (tasks: unknown[]) => tasks.map((task) => `${JSON.stringify(task)}\n`).join('');
const said = ({ task, problem }: Result) => task?.args[0] ?? `${problem?.code} ${problem?.errors?.[0]?.pointer}`;

test('many tasks are answered in order, and a bad one spoils only itself', async () => {
  const tasks = [echo(0), bad, echo(2), { model: 'probe', method: 'nope' }, 'text', echo(5)];
  const expected = [0, 'request_invalid /priority', 2, 'method_unknown /method', 'request_invalid ', 5];
  for (const results of [await asJson(tasks), await asLines(linesOf(tasks))]) {
    expect(results.map(({ status }) => status)).toEqual([202, 422, 202, 422, 422, 202]);
    expect(results.map(said)).toEqual(expected);
    expect(results[1]?.problem).toMatchObject({ status: 422, type: 'https://drover.dev/problems/request_invalid' });
  }
});

test('a thousand tasks travel in one body', async () => {
  const results = await asJson(Array.from({ length: limits.bulkTasks }, (_, index) => echo(index)));
  expect(results.map(said)).toEqual(Array.from({ length: limits.bulkTasks }, (_, index) => index));
});

test('what cannot be kept exactly is refused where it stands', async () => {
  const tasks = '{"model":"probe","method":"echo"},{"model":"probe","method":"echo","args":[1,9007199254740993]}';
  const answer = await stage.ask<{ results: Result[] }>(path, {
    method: 'POST',
    body: `{"tasks":[${tasks}]}`,
    headers: { 'content-type': 'application/json' },
  });
  expect(answer.body.results.map(({ status }) => status)).toEqual([202, 422]);
  expect(answer.body.results[1]?.problem?.errors?.[0]?.pointer).toBe('/args/1');
});

test('return=minimal answers ids only', async () => {
  const headers = { prefer: 'return=minimal' };
  for (const results of [await asJson([echo(1), bad], headers), await asLines(linesOf([echo(1), bad]), headers)]) {
    expect(results[0]).toEqual({ status: 202, id: expect.stringMatching(/^tsk_/) });
    expect(results[1]?.problem?.code).toBe('request_invalid');
  }
  const answer = await stage.ask(path, { method: 'POST', json: { tasks: [echo(1)] }, headers });
  expect(answer.headers.get('preference-applied')).toBe('return=minimal');
});

test('an idempotency key covers every place of a bulk, however it is sent', async () => {
  const headers = { 'idempotency-key': '"bulk-1"' };
  const tasks = [...Array.from({ length: limits.bulkChunk + 20 }, (_, index) => echo(index)), bad, echo('last')];
  const idsOf = (results: Result[]) => results.map(({ task }) => task?.id);
  const first = idsOf(await asLines(linesOf(tasks), headers));
  expect(new Set(first).size).toBe(tasks.length);
  expect(idsOf(await asLines(linesOf(tasks), headers))).toEqual(first);
  expect(idsOf(await asJson(tasks, headers))).toEqual(first);
  const [other] = await asJson([echo('another')], headers);
  expect(other?.problem?.code).toBe('idempotency_key_reused');
});

test('lines may be blank, end in CRLF, or lack the last line break', async () => {
  const line = (value: number) => JSON.stringify(echo(value));
  const results = await asLines(`\n${line(1)}\r\n\r\n  \n\t${line(2)} \n\n${line(3)}`);
  expect(results.map(said)).toEqual([1, 2, 3]);
  expect(await asLines('')).toEqual([]);
  expect(await asLines('\n \r\n')).toEqual([]);
});

test('a line that is broken, too long, too deep or no UTF-8 is a problem of that line', async () => {
  const parts = [
    linesOf([echo(0)]),
    '{"model":\n',
    `"${'x'.repeat(limits.ndjsonLineBytes)}"\n`,
    `{"model":"probe","method":"echo","args":${'['.repeat(100_000)}${']'.repeat(100_000)}}\n`,
    Buffer.from([0x22, 0xff, 0x22, 0x0a]),
    linesOf([{ ...echo(1), args: ['x'.repeat(limits.argsBytes)] }]),
    linesOf([echo(6)]),
  ];
  const results = await asLines(Buffer.concat(parts.map((part) => Buffer.from(part))));
  expect(results.map((result) => result.problem?.code ?? said(result))).toEqual([
    0,
    'body_invalid',
    'body_too_large',
    'request_invalid',
    'body_invalid',
    'args_too_large',
    6,
  ]);
});

test('lines may be cut anywhere on their way', async () => {
  const sent = Buffer.from(linesOf([echo('für €5 😀'), echo('zweite')]));
  const pieces = Array.from({ length: Math.ceil(sent.length / 7) }, (_, index) =>
    sent.subarray(index * 7, index * 7 + 7),
  );
  const body = new ReadableStream<Uint8Array>({
    async pull(controller) {
      const piece = pieces.shift();
      if (piece === undefined) controller.close();
      else controller.enqueue(piece);
      await new Promise(setImmediate);
    },
  });
  expect((await asLines(body)).map(said)).toEqual(['für €5 😀', 'zweite']);
});

test('answers come while the lines are still being sent', async () => {
  const talk = await openStream(stage);
  for (const value of [1, 2, 3]) {
    talk.send(linesOf([echo(value)]));
    await eventually(() => expect(talk.results().map(said)).toContain(value));
  }
  talk.end();
  await talk.ended;
  expect(talk.results().map(said)).toEqual([1, 2, 3]);
});

test('a stream of many lines is enqueued whole, in order, in bounded memory', async () => {
  const count = process.env.SOAK === '1' ? 1_000_000 : 20_000;
  let sent = 0;
  const body = new ReadableStream<Uint8Array>({
    pull(controller) {
      const tasks = Array.from({ length: Math.min(500, count - sent) }, () => echo(sent++));
      if (tasks.length > 0) controller.enqueue(Buffer.from(linesOf(tasks)));
      else controller.close();
    },
  });
  const headers = { authorization: `Bearer ${adminToken}`, 'content-type': 'application/x-ndjson' };
  const before = process.memoryUsage().rss;
  const init = { method: 'POST', headers, body, duplex: 'half' } as RequestInit;
  const answer = await fetch(`${stage.url}${path}`, init);
  let answered = 0;
  let most = 0;
  let rest = '';
  const decoder = new TextDecoder();
  for await (const part of answer.body as unknown as AsyncIterable<Uint8Array>) {
    const lines = (rest + decoder.decode(part, { stream: true })).split('\n');
    rest = lines.pop() ?? '';
    for (const line of lines) {
      if ((JSON.parse(line) as Result).task?.args[0] !== answered) throw new Error(`line ${answered}: ${line}`);
      answered += 1;
    }
    most = Math.max(most, process.memoryUsage().rss - before);
  }
  expect(answered).toBe(count);
  expect(most / 1_048_576).toBeLessThan(300);
}, 300_000);

test('who does not read the answers is not read either, until he does', async () => {
  const talk = await openStream(stage);
  talk.pause();
  const block = linesOf(Array.from({ length: 2_000 }, () => echo('x'.repeat(200))));
  let blocks = 0;
  let isTaken = true;
  while (isTaken && blocks < 500) {
    blocks += 1;
    isTaken = await talk.sendWithin(block, 1_500);
  }
  // Stopped by the API long before 250 MB are sent: what is on its way is in the buffers of both ends.
  expect(blocks).toBeLessThan(100);
  talk.resume();
  talk.end();
  await talk.ended;
  expect(talk.results()).toHaveLength(blocks * 2_000);
});

test('a client that breaks off has enqueued its whole lines, and not the rest', async () => {
  const talk = await openStream(stage);
  const queue = 'broken_off';
  talk.send(
    linesOf([
      { ...echo(1), queue },
      { ...echo(2), queue },
    ]),
  );
  talk.send(JSON.stringify({ ...echo(3), queue }));
  await eventually(() => expect(talk.results()).toHaveLength(2));
  talk.destroy();
  await talk.ended;
  const list = async () => (await stage.ask<{ items: Task[] }>(`/v1/tasks?queue=${queue}`)).body.items;
  expect((await list()).map(({ args }) => args[0])).toEqual([2, 1]);
  expect((await stage.ask('/readyz')).status).toBe(200);
});

test('a stream does not hold up the stop of the process', async () => {
  const other = await startApiStage();
  try {
    await other.startWorker({ queues: ['default'] });
    const talk = await openStream(other);
    talk.send(linesOf([echo(1)]));
    await eventually(() => expect(talk.results()).toHaveLength(1));
    other.stopping.abort();
    talk.send(linesOf([echo(2), bad]));
    const answers = () => talk.results().map(({ status, problem }) => `${status} ${problem?.code}`);
    await eventually(() => expect(answers()).toEqual(['202 undefined', '503 stopping', '422 request_invalid']));
    expect((await asJson([echo(3)], {}, other))[0]?.status).toBe(202);
    talk.end();
    await talk.ended;
  } finally {
    await other.stop();
  }
});

test('when Redis leaves in the middle, the lines that follow are told so, each in its place', async () => {
  const redis = await startRedis({ aof: false });
  const other = await startApiStage({ redisUrl: redis.url });
  try {
    const talk = await openStream(other, '?unchecked=true');
    talk.send(linesOf([echo(0), echo(1)]));
    await eventually(() => expect(talk.results()).toHaveLength(2));
    await redis.kill();
    talk.send(linesOf([echo(2), bad, echo(4)]));
    await eventually(() => expect(talk.results()).toHaveLength(5));
    expect(talk.results().map(({ status, problem }) => problem?.code ?? status)).toEqual([
      202,
      202,
      'redis_unavailable',
      'request_invalid',
      'redis_unavailable',
    ]);
    talk.end();
    await talk.ended;
    expect(
      problemOf(await other.ask(path, { method: 'POST', body: '{', headers: { 'content-type': 'application/json' } })),
    ).toBe('400 body_invalid');
  } finally {
    await other.stop();
    await redis.stop();
  }
});
