import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createApi } from '@drover/api';
import { type Cluster, createBoardQueues, createCluster } from '@drover/broker';
import { createDashboard, type DashboardOptions } from '@drover/dashboard';
import { createLogger, listen } from '@drover/runtime';
import { inject } from 'vitest';

const logger = createLogger({ name: 'test', level: process.env.LOG_LEVEL ?? 'fatal' });

export const adminToken = 'admin-token-of-the-tests';

/** A cluster, its API and a dashboard, each real, under a key prefix of their own. */
export type Stage = {
  cluster: Cluster;
  apiUrl: string;
  /** The dashboard's. */
  url: string;
  keyPrefix: string;
  /** Another dashboard beside the first one. */
  startDashboard(options?: Partial<DashboardOptions>): Promise<string>;
  /** As a page of the dashboard would ask: with the cookie, and saying that it comes from there. */
  ask(path: string, init?: RequestInit & { cookie?: string | undefined; base?: string }): Promise<Response>;
  /** The cookie of a new session. */
  signIn(token?: string): Promise<string>;
  stopApi(): Promise<void>;
  stop(): Promise<void>;
};

let stages = 0;

/** @param options.redisUrl default: the one that integration tests share */
export async function startStage({ redisUrl = inject('redisUrl') } = {}): Promise<Stage> {
  const keyPrefix = `dashboard-${process.pid}-${++stages}`;
  const cluster = createCluster({ redisUrl, keyPrefix });
  const webDir = await builtPages();
  const stops: (() => Promise<unknown>)[] = [() => rm(webDir, { recursive: true }), () => cluster.stop()];
  await until(() => cluster.ping());
  await cluster.keys.ensureAdmin(adminToken);

  const api = await listen(createApi({ cluster, logger }), { port: 0, logger });
  stops.push(() => api.stop(0));
  const boardQueues = createBoardQueues({ redisUrl, keyPrefix });
  stops.push(() => boardQueues.stop());

  const startDashboard = async (options: Partial<DashboardOptions> = {}) => {
    const secret = { sessionSecret: 'a secret of the tests, long enough' };
    const parts = { apiUrl: api.url, boardQueues, addressSeal: cluster.addressSeal };
    const app = createDashboard({ ...parts, ...secret, logger, webDir, ...options });
    const listening = await listen(app, { port: 0, logger });
    stops.push(() => listening.stop(0));
    return listening.url;
  };
  const url = await startDashboard();

  const ask: Stage['ask'] = (path, { cookie, base = url, headers, ...init } = {}) =>
    fetch(`${base}${path}`, {
      redirect: 'manual',
      headers: { 'sec-fetch-site': 'same-origin', ...(cookie === undefined ? {} : { cookie }), ...headers },
      ...init,
    });

  return {
    cluster,
    apiUrl: api.url,
    url,
    keyPrefix,
    startDashboard,
    ask,
    async signIn(token = adminToken) {
      const answer = await ask('/session', jsonPost({ token }));
      if (answer.status !== 200) throw new Error(`sign-in: ${answer.status} ${await answer.text()}`);
      const [cookie = ''] = answer.headers.getSetCookie()[0]?.split(';') ?? [];
      return cookie;
    },
    stopApi: () => api.stop(0),
    async stop() {
      for (const stop of stops.reverse()) await stop();
    },
  };
}

export function jsonPost(body: unknown): RequestInit {
  return { method: 'POST', headers: { 'content-type': 'application/json' }, body: JSON.stringify(body) };
}

/** What the build leaves behind, in small. */
async function builtPages(): Promise<string> {
  const dir = await mkdtemp(join(tmpdir(), 'drover-pages-'));
  await mkdir(join(dir, 'assets'));
  await writeFile(join(dir, 'index.html'), '<!doctype html><meta name="csp-nonce" content="" /><div id="root"></div>');
  await writeFile(join(dir, 'assets', 'index-1a2b3c.js'), 'export {};');
  await writeFile(join(dir, 'favicon.svg'), '<svg xmlns="http://www.w3.org/2000/svg"/>');
  return dir;
}

async function until(isSo: () => Promise<unknown>): Promise<void> {
  for (;;) {
    try {
      return void (await isSo());
    } catch {
      await new Promise((resolve) => setTimeout(resolve, 20));
    }
  }
}
