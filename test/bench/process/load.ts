import { Readable } from 'node:stream';
import { Pool } from 'undici';
import { bulkTasks, taskBody } from '../payload.ts';
import { answering } from './answering.ts';

/** Sends requests over so many connections, each as soon as the last one was answered. */
export type Load = {
  url: string;
  token: string;
  connections: number;
  /** single: a task a request; bulk: 1000 a request; ndjson: one request, a task a line. */
  kind: 'single' | 'bulk' | 'ndjson';
  tasks: number;
};

/** Milliseconds from the first request to the last answer. */
export type LoadAnswer = { ms: number };

const bulkBody = JSON.stringify({ tasks: Array.from({ length: bulkTasks }, () => JSON.parse(taskBody)) });
const lines = `${taskBody}\n`.repeat(100);

answering<Load, LoadAnswer>(async (load) => {
  const { origin, pathname } = new URL(load.url);
  const pool = new Pool(origin, { connections: load.connections, pipelining: 1 });
  const send = sender(pool, pathname, load);
  let left = requestsOf(load);
  const since = performance.now();
  await Promise.all(
    Array.from({ length: load.connections }, async () => {
      while (left > 0) {
        left -= 1;
        await send();
      }
    }),
  );
  const ms = performance.now() - since;
  await pool.close();
  return { ms };
});

function requestsOf({ kind, tasks }: Load): number {
  switch (kind) {
    case 'single':
      return tasks;
    case 'bulk':
      return tasks / bulkTasks;
    case 'ndjson':
      return 1;
    default:
      return kind satisfies never;
  }
}

function sender(pool: Pool, path: string, { token, kind, tasks }: Load): () => Promise<void> {
  const type = kind === 'ndjson' ? 'application/x-ndjson' : 'application/json';
  const headers = { authorization: `Bearer ${token}`, 'content-type': type };
  const wanted = kind === 'single' ? 202 : 200;
  const bodyOf = () => (kind === 'single' ? taskBody : kind === 'bulk' ? bulkBody : Readable.from(linesOf(tasks)));
  return async () => {
    const { statusCode, body } = await pool.request({ path, method: 'POST', headers, body: bodyOf() });
    if (statusCode !== wanted) throw new Error(`answered ${statusCode}: ${await body.text()}`);
    for await (const _ of body);
  };
}

function* linesOf(tasks: number): Generator<string> {
  for (let sent = 0; sent < tasks; sent += 100) yield lines;
}
