import { type ChildProcess, execFile, spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync } from 'node:fs';
import { mkdir } from 'node:fs/promises';
import { hostname } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { createClient, type DroverClient } from '@drover/client';
import { freePort } from '@drover/runtime';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { environmentOf, execForm, lastOf, wholeStage } from '../dockerfile.ts';
import { eventually } from '../eventually.ts';
import { buildImage, type Image } from '../image.ts';
import { startRedis, type TestRedis } from '../redis.ts';

const adminToken = 'a-token-for-the-images';
const apps = ['api', 'worker', 'dashboard'] as const;
type App = (typeof apps)[number];

let redis: TestRedis;
let image: Image;
let settings: Record<string, string>;
let client: DroverClient;
const running = new Map<App, { child: ChildProcess; output: () => string }>();

/** Installs, builds and installs again: minutes on a small machine. */
const buildTimeoutMs = 900_000;

beforeAll(async () => {
  const [apiPort, dashboardPort] = [await freePort(), await freePort()];
  redis = await startRedis();
  image = await buildImage((line) => process.stderr.write(`  ${line}\n`));
  settings = {
    PATH: process.env.PATH ?? '',
    REDIS_URL: redis.url,
    ADMIN_TOKEN: adminToken,
    API_PORT: String(apiPort),
    API_URL: `http://127.0.0.1:${apiPort}`,
    DASHBOARD_PORT: String(dashboardPort),
    SESSION_SECRET: 'a-secret-for-the-images-of-the-test',
    SHUTDOWN_GRACE_SECONDS: '5',
  };
  client = createClient({ baseUrl: settings.API_URL ?? '', token: adminToken });
  for (const app of apps) await startApp(app);
}, buildTimeoutMs);

afterAll(async () => {
  for (const { child } of running.values()) child.kill('SIGKILL');
  await redis?.stop();
  await image?.remove();
}, 60_000);

/** The very command of the image, in its folder, with its variables and nothing of ours but settings. */
async function startApp(app: App): Promise<void> {
  const { root, env, cwd, instructions } = site(app);
  const [program, ...args] = execForm(lastOf(instructions, 'CMD'));
  await mkdir(env.DATA_DIR ?? '', { recursive: true });
  expect(program).toBe('node');
  const child = spawn(process.execPath, args, { cwd, env, stdio: ['ignore', 'pipe', 'pipe'] });
  let output = `${app} in ${root}\n`;
  for (const stream of [child.stdout, child.stderr]) {
    stream.on('data', (chunk: Buffer) => {
      output = `${output}${chunk}`.slice(-10_000);
    });
  }
  running.set(app, { child, output: () => output });
}

function site(app: App) {
  const root = image.rootOf(app);
  const instructions = wholeStage(image.stages, app);
  const own = environmentOf(instructions);
  const env: Record<string, string> = { ...own, ...settings, DATA_DIR: join(root, own.DATA_DIR ?? '/') };
  return { root, instructions, env, cwd: join(root, lastOf(instructions, 'WORKDIR') ?? '/') };
}

test.each(['api', 'dashboard'] as const)('the image of the %s becomes healthy by its own check', async (app) => {
  const { instructions, env, cwd } = site(app);
  const [program, ...args] = execForm(lastOf(instructions, 'HEALTHCHECK'));
  expect(program).toBe('node');
  const check = () => promisify(execFile)(process.execPath, args, { cwd, env });
  await eventually(check, 60_000).catch((error) => {
    throw new Error(`${error}\n${running.get(app)?.output()}`);
  });
  const port = app === 'api' ? settings.API_PORT : settings.DASHBOARD_PORT;
  expect((await fetch(`http://127.0.0.1:${port}/readyz`)).status).toBe(200);
});

test('the image of the worker joins the cluster and runs tasks of the built-in models, samples included', async () => {
  const workers = await eventually(async () => {
    const items = await client.workers.list();
    expect(items, running.get('worker')?.output()).toHaveLength(1);
    return items;
  }, 60_000);
  expect(workers[0]).toMatchObject({
    state: 'running',
    supervisor: `${hostname()}-${running.get('worker')?.child.pid}`,
  });
  const task = await eventually(() => client.tasks.enqueue({ model: 'report', method: 'generate' }), 60_000);
  const ended = await client.tasks.waitFor(task.id, { timeoutMs: 60_000 });
  expect(ended).toMatchObject({ state: 'done', outcome: 'success', result: { rows: expect.any(Number) } });
  const { env } = site('worker');
  expect(existsSync(join(env.DATA_DIR ?? '', 'files', 'reports'))).toBe(true);
});

test('the image of the dashboard serves the pages that were built into it', async () => {
  const response = await fetch(`http://127.0.0.1:${settings.DASHBOARD_PORT}/`, { headers: { accept: 'text/html' } });
  expect(response.status).toBe(200);
  const script = /<script[^>]+src="([^"]+)"/.exec(await response.text())?.[1];
  const asset = await fetch(new URL(script ?? '', response.url));
  expect(asset.headers.get('content-type')).toMatch(/javascript/);
});

test('what is only for development is not in the images', () => {
  const modules = join(site('api').cwd, 'node_modules');
  for (const name of ['vite', 'vitest', 'typescript', 'turbo', '@biomejs', '@mantine', 'react', 'knip']) {
    expect(existsSync(join(modules, name)), name).toBe(false);
  }
  expect(existsSync(join(site('api').cwd, 'apps/start'))).toBe(false);
});

test('every image is run by a user without rights, and its command gets the signals itself', () => {
  for (const app of apps) {
    const { instructions } = site(app);
    expect(lastOf(instructions, 'USER')).toMatch(/^[1-9]\d*:[1-9]\d*$/);
    expect(execForm(lastOf(instructions, 'CMD'))).toEqual(['node', `apps/${app}/dist/main.js`]);
    expect(instructions.some(({ rest }) => rest.includes('org.opencontainers.image.title'))).toBe(true);
  }
});

test.each(['worker', 'dashboard', 'api'] as const)('the image of the %s ends with 0 on SIGTERM', async (app) => {
  const { child, output } = running.get(app) ?? {};
  if (child === undefined) throw new Error(`${app} was not started`);
  const ended = once(child, 'exit');
  expect(child.exitCode, output?.()).toBeNull();
  child.kill('SIGTERM');
  const [code] = await ended;
  expect(code, output?.()).toBe(0);
});
