import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { request } from 'undici';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { addressGuard } from './address-guard.ts';
import { guardedAgent } from './guarded-agent.ts';

const server = createServer((_, response) => response.end('inside'));
let port = 0;
beforeAll(async () => {
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  port = (server.address() as AddressInfo).port;
});
afterAll(() => void server.close());

/** A name server that gives another answer every time. */
function turningNames(answers: string[]) {
  let asked = 0;
  const resolve = ((_host, _options, done) => {
    const address = answers[Math.min(asked++, answers.length - 1)] ?? '';
    done(null, [{ address, family: 4 }]);
  }) satisfies Parameters<typeof guardedAgent>[2];
  return { resolve, asked: () => asked };
}

async function get(agent: ReturnType<typeof guardedAgent>): Promise<string> {
  try {
    const { body } = await request(`http://rebind.test:${port}/`, { dispatcher: agent });
    return await body.text();
  } finally {
    await agent.destroy();
  }
}

test('a name that resolves to a private address is refused before any connection', async () => {
  const names = turningNames(['127.0.0.1']);
  await expect(get(guardedAgent(addressGuard(''), 1_000, names.resolve))).rejects.toThrow(/not a public address/);
});

test('the connection goes to the very address that was checked, not to a later answer', async () => {
  const names = turningNames(['127.0.0.1', '127.0.0.9']);
  await expect(get(guardedAgent(addressGuard('127.0.0.1'), 1_000, names.resolve))).resolves.toBe('inside');
  expect(names.asked()).toBe(1);
});

test('a name with one private address among public ones is refused', async () => {
  const guard = addressGuard('');
  const agent = guardedAgent(guard, 1_000, (_host, _options, done) =>
    done(null, [
      { address: '8.8.8.8', family: 4 },
      { address: '10.0.0.1', family: 4 },
    ]),
  );
  await expect(get(agent)).rejects.toThrow('rebind.test (10.0.0.1)');
});
