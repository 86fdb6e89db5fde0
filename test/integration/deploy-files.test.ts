import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync } from 'node:fs';
import { mkdtemp, readdir, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { createLogger, findServerProgram, freePort } from '@drover/runtime';
import { Redis } from 'ioredis';
import { afterEach, expect, test } from 'vitest';
import { parse, parseAllDocuments } from 'yaml';
import { startApiStage } from '../api-stage.ts';
import { execForm, lastOf, readDockerfile, wholeStage } from '../dockerfile.ts';
import { eventually } from '../eventually.ts';

/** What ending takes beside the grace period: a worker hands back what is left. */
const endingSeconds = 13;

const project = resolve(import.meta.dirname, '../..');
const read = (path: string) => readFile(join(project, 'deploy', path), 'utf8');
const stages = readDockerfile(await read('Dockerfile'));

type Service = {
  build?: { context: string; dockerfile: string; target: string };
  environment?: Record<string, string>;
  ports?: string[];
  command?: string[];
  stop_grace_period: string;
  depends_on?: Record<string, { condition: string }>;
  healthcheck?: unknown;
};
type Compose = { services: Record<string, Service>; volumes: Record<string, unknown> };
const composeText = await read('compose.yaml');
const compose = parse(composeText, { merge: true }) as Compose;
const apps = Object.entries(compose.services).filter(([, { build }]) => build !== undefined);

/** Names in the first column of the README's table of settings. */
const settings = new Set(
  (await readFile(join(project, 'README.md'), 'utf8'))
    .split('\n')
    .filter((line) => line.startsWith('| `'))
    .flatMap((line) => [...(line.split('|')[1] ?? '').matchAll(/`([A-Z][A-Z0-9_]+)`/g)])
    .map(([, name = '']) => name),
);

function environmentFile(text: string): string[] {
  return [...text.matchAll(/^([A-Z][A-Z0-9_]*)=/gm)].map(([, name = '']) => name);
}

test('the README names the settings that the deployment relies on', () => {
  expect(settings.has('REDIS_URL')).toBe(true);
  expect(settings.size).toBeGreaterThan(10);
});

test('compose runs the three apps from the one Dockerfile', () => {
  expect(apps.map(([name]) => name).sort()).toEqual(['api', 'dashboard', 'worker']);
  for (const [name, { build, depends_on }] of apps) {
    expect(build).toEqual({ context: '..', dockerfile: 'deploy/Dockerfile', target: name });
    expect(stages.some((stage) => stage.name === name)).toBe(true);
    expect(depends_on).toEqual({ redis: { condition: 'service_healthy' } });
  }
});

test('the image is pruned by the same turbo that builds it, and for all three apps', async () => {
  const { devDependencies } = JSON.parse(await readFile(join(project, 'package.json'), 'utf8'));
  const prune = stages[0]?.instructions.find(({ word }) => word === 'RUN')?.rest;
  expect(prune).toContain(`turbo@${devDependencies.turbo} prune `);
  for (const [name] of apps) expect(prune).toContain(`@drover/${name} `);
});

test('compose sets only settings that exist', () => {
  for (const [name, { environment = {} }] of apps) {
    for (const setting of Object.keys(environment)) expect(settings, `${name}: ${setting}`).toContain(setting);
  }
});

test('the example of .env and compose name the same variables', async () => {
  const used = new Set([...composeText.matchAll(/(?<!\$)\$\{([A-Z_]+)/g)].map(([, name = '']) => name));
  expect([...used].sort()).toEqual(environmentFile(await read('.env.example')).sort());
});

test('secrets have no default: without them compose does not start', () => {
  for (const name of ['REDIS_PASSWORD', 'ADMIN_TOKEN', 'SESSION_SECRET']) {
    expect(composeText).toContain(`\${${name}:?`);
    expect(composeText).not.toMatch(new RegExp(`\\$\\{${name}(:-|\\})`));
  }
});

test('compose leaves every app the time that it needs to end', () => {
  for (const [name, { stop_grace_period: period, environment }] of apps) {
    const graceSeconds = Number(environment?.SHUTDOWN_GRACE_SECONDS);
    expect(Number(/^(\d+)s$/.exec(period)?.[1]), name).toBeGreaterThanOrEqual(graceSeconds + endingSeconds);
  }
});

test('compose publishes the ports that the images expose, on this machine only', () => {
  for (const [name, { ports = [] }] of apps) {
    const exposed = lastOf(wholeStage(stages, name), 'EXPOSE');
    expect(ports.map((port) => port.split(':').at(-1))).toEqual(exposed === undefined ? [] : [exposed]);
    for (const port of ports) expect(port).toMatch(/^\$\{[A-Z]+_PUBLISH:-127\.0\.0\.1:\d+\}:\d+$/);
    expect(lastOf(wholeStage(stages, name), 'HEALTHCHECK') !== undefined, name).toBe(exposed !== undefined);
  }
});

test('every line of redis.conf has its reason', async () => {
  const blocks = (await read('redis.conf')).trim().split(/\n(?=#)/);
  for (const block of blocks) expect(block).toMatch(/^#/);
  for (const paragraph of (await read('redis.conf')).trim().split('\n\n')) expect(paragraph).toMatch(/^#/);
});

let server: ChildProcess | undefined;
let folder: string | undefined;
afterEach(async () => {
  if (server !== undefined && server.exitCode === null) {
    const ended = once(server, 'exit');
    server.kill('SIGKILL');
    await ended;
  }
  if (folder !== undefined) await rm(folder, { recursive: true });
  server = undefined;
  folder = undefined;
});

test('the command of compose starts a Redis that asks for its password, keeps every key and ends on SIGTERM', async () => {
  const program = await findServerProgram(process.env, createLogger({ name: 'test', level: 'warn' }));
  const [shell = '', flag = '', script = ''] = compose.services.redis?.command ?? [];
  folder = await mkdtemp(join(tmpdir(), 'drover-conf-'));
  const port = await freePort();
  // Paths of the container, and the port, are this test's own.
  const here = script
    .replaceAll('$$', '$')
    .replace('redis-server', program.path)
    .replace('/usr/local/etc/redis.conf', join(project, 'deploy/redis.conf'))
    .replace('dir /data', `dir ${folder}\nport ${port}\nbind 127.0.0.1`);
  const env = { ...process.env, ...program.env, REDISCLI_AUTH: 'secret' };
  const started = spawn(shell, [flag, here], { env, stdio: ['ignore', 'ignore', 'inherit'] });
  server = started;
  const redis = new Redis({ port, password: 'secret', retryStrategy: () => 50 });
  redis.on('error', () => {});
  try {
    const config = (name: string) => redis.config('GET', name).then((pair) => (pair as string[])[1]);
    await eventually(async () => expect(await redis.ping()).toBe('PONG'));
    expect(await config('maxmemory-policy')).toBe('noeviction');
    expect(await config('appendonly')).toBe('yes');
    expect(await config('hz')).toBe('100');
    const stranger = new Redis({ port, lazyConnect: true, retryStrategy: null });
    stranger.on('error', () => {});
    await expect(stranger.ping()).rejects.toThrow(/NOAUTH|Authentication/);
    stranger.disconnect();
    const ended = once(started, 'exit');
    started.kill('SIGTERM');
    expect(await ended).toEqual([0, null]);
  } finally {
    redis.disconnect();
  }
});

/** Settings of a systemd unit, by section; a name may stand there more than once. */
function unitOf(text: string): Record<string, Record<string, string[]>> {
  const unit: Record<string, Record<string, string[]>> = {};
  let section: Record<string, string[]> = {};
  for (const line of text.split('\n')) {
    const header = /^\[(\w+)\]$/.exec(line)?.[1];
    const [, name, value = ''] = /^(\w+)=(.*)$/.exec(line) ?? [];
    if (header !== undefined) {
      section = {};
      unit[header] = section;
    } else if (name !== undefined) {
      const values = section[name] ?? [];
      section[name] = [...values, value];
    } else expect(line).toMatch(/^(#.*)?$/);
  }
  return unit;
}

const units = [
  ['drover-api.service', 'api'],
  ['drover-dashboard.service', 'dashboard'],
  ['drover-worker.service', 'worker'],
] as const;

test.each(units)('%s starts what the image starts, without rights, and gives it time to end', async (file, app) => {
  const { Service: service = {}, Unit: unit = {}, Install: install } = unitOf(await read(`systemd/${file}`));
  const command = execForm(lastOf(wholeStage(stages, app), 'CMD'));
  expect(service.ExecStart).toEqual([`/usr/bin/${command.join(' ')}`]);
  expect(existsSync(join(project, `apps/${app}/src/main.ts`))).toBe(true);
  expect(service).toMatchObject({
    EnvironmentFile: ['/etc/drover/drover.env'],
    KillSignal: ['SIGTERM'],
    Restart: ['always'],
    User: ['drover'],
    NoNewPrivileges: ['yes'],
    ProtectSystem: ['strict'],
  });
  // V8 makes code at run time.
  expect(service).not.toHaveProperty('MemoryDenyWriteExecute');
  const graceSeconds = Number(/^SHUTDOWN_GRACE_SECONDS=(\d+)$/m.exec(await read('systemd/drover.env.example'))?.[1]);
  expect(Number(service.TimeoutStopSec?.[0])).toBeGreaterThanOrEqual(graceSeconds + endingSeconds);
  expect(unit.PartOf).toEqual(['drover.target']);
  expect(install).toEqual({ WantedBy: ['drover.target'] });
  for (const pair of (service.Environment ?? []).join(' ').split(' ')) {
    const [name = ''] = pair.split('=');
    expect(name === 'NODE_ENV' || settings.has(name), name).toBe(true);
  }
});

test('the example of systemd names only settings that exist', async () => {
  for (const name of environmentFile(await read('systemd/drover.env.example'))) expect(settings).toContain(name);
});

test('every unit is named in the guide, and every command of the guide is there', async () => {
  const guide = await read('README.md');
  for (const file of await readdir(join(project, 'deploy/systemd'))) {
    const [name = ''] = file.split(/[.@]/);
    expect(guide).toContain(name);
  }
  for (const [, path = ''] of guide.matchAll(/\bdeploy\/([\w./-]+\.\w+)/g)) {
    expect(existsSync(join(project, 'deploy', path)), path).toBe(true);
  }
});

type Scaled = {
  spec: { triggers: [{ metadata: { url: string; valueLocation: string }; authenticationRef: { name: string } }] };
};
type Secret = { metadata: { name: string } };

test('Kubernetes finds the number of workers that it scales to, with a key that may only read', async () => {
  const documents = parseAllDocuments(await read('kubernetes/worker-scaledobject.yaml'));
  expect(documents.flatMap(({ errors }) => errors)).toEqual([]);
  const [{ spec }, secret] = documents.map((document) => document.toJS()) as [Scaled, Secret];
  const [{ metadata, authenticationRef }] = spec.triggers;
  expect(authenticationRef.name).toBe(secret.metadata.name);
  const stage = await startApiStage();
  try {
    const token = await stage.keyFor(['read']);
    const { status, body } = await stage.ask<Record<string, unknown>>(new URL(metadata.url).pathname, { token });
    expect(status).toBe(200);
    expect(body[metadata.valueLocation]).toEqual(expect.any(Number));
  } finally {
    await stage.stop();
  }
});
