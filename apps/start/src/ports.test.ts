import { createServer, type Server } from 'node:net';
import { afterEach, expect, test } from 'vitest';
import { choosePort } from './ports.ts';

const host = '127.0.0.1';
let taken: Server | undefined;

afterEach(async () => {
  await new Promise<void>((resolve) => (taken === undefined ? resolve() : taken.close(() => resolve())));
  taken = undefined;
});

async function takePort(): Promise<number> {
  const server = createServer();
  await new Promise<void>((resolve) => server.listen(0, host, resolve));
  taken = server;
  const address = server.address();
  if (typeof address !== 'object' || address === null) throw new Error('no address');
  return address.port;
}

test('a free port is taken as wished', async () => {
  const port = await takePort();
  await new Promise<void>((resolve) => taken?.close(() => resolve()));
  expect(await choosePort({ setting: 'API_PORT', port, isGiven: true }, host)).toBe(port);
});

test('a default port that is taken gives way to a free one', async () => {
  const port = await takePort();
  const chosen = await choosePort({ setting: 'API_PORT', port, isGiven: false }, host);
  expect(chosen).not.toBe(port);
  expect(chosen).toBeGreaterThan(1_023);
});

test('a chosen port that is taken is an error that names its setting', async () => {
  const port = await takePort();
  await expect(choosePort({ setting: 'API_PORT', port, isGiven: true }, host)).rejects.toThrow(
    `Port ${port} is taken by another process: set API_PORT to a free one`,
  );
});
