import { Agent, get, type IncomingMessage } from 'node:http';
import { afterEach, expect, test } from 'vitest';
import { type Listening, listen } from './listen.ts';
import { createLogger } from './logger.ts';

const logger = createLogger({ name: 'test', level: 'silent' });
let open: Listening[] = [];

afterEach(async () => {
  for (const listening of open) await listening.stop(0);
  open = [];
});

async function serve(answer: (reply: (text: string) => void) => void, port = 0): Promise<Listening> {
  const listening = await listen((_, response) => answer((text) => response.end(text)), {
    port,
    logger,
    setting: 'API_PORT',
  });
  open.push(listening);
  return listening;
}

/** Over a connection that the client keeps. */
function ask(url: string, agent: Agent): Promise<string> {
  return new Promise((resolve, reject) => {
    get(url, { agent }, async (response: IncomingMessage) => {
      let text = '';
      for await (const chunk of response) text += chunk;
      resolve(text);
    }).on('error', reject);
  });
}

test('port 0 takes a free port, and says which', async () => {
  const { url, port } = await serve((reply) => reply('here'));
  expect(url).toBe(`http://127.0.0.1:${port}`);
  expect(await (await fetch(url)).text()).toBe('here');
});

test('a port that is taken is an error that names its setting', async () => {
  const { port } = await serve((reply) => reply('first'));
  await expect(serve((reply) => reply('second'), port)).rejects.toThrow(
    `Port ${port} on 127.0.0.1 is taken by another process: set API_PORT to a free one`,
  );
});

test('stopping waits for the request that runs, and for no connection that is merely kept', async () => {
  let finish: (() => void) | undefined;
  const { url, stop } = await serve((reply) => {
    finish = () => reply('finished');
  });
  const agent = new Agent({ keepAlive: true });
  const answer = ask(url, agent);
  await expect.poll(() => finish !== undefined).toBe(true);
  let hasStopped = false;
  const since = Date.now();
  const stopped = stop(20_000).then(() => {
    hasStopped = true;
  });
  await new Promise((resolve) => setTimeout(resolve, 100));
  expect(hasStopped).toBe(false);
  finish?.();
  expect(await answer).toBe('finished');
  await stopped;
  expect(Date.now() - since).toBeLessThan(10_000);
  agent.destroy();
});

test('stopping cuts off a request that outlasts the grace period', async () => {
  let hasBegun = false;
  const { url, stop } = await serve(() => {
    hasBegun = true;
  });
  const answer = ask(url, new Agent()).catch((error: NodeJS.ErrnoException) => error.code);
  await expect.poll(() => hasBegun).toBe(true);
  await stop(50);
  expect(await answer).toBe('ECONNRESET');
});
