import { existsSync } from 'node:fs';
import { hostname } from 'node:os';
import { resolve } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { type Cluster, createCluster } from '@drover/broker';
import { ClusterError } from '@drover/core';
import { type FoundRedis, findRedis, type Logger, type Settings, scaleBounds } from '@drover/runtime';
import { Child } from './child.ts';
import { choosePort } from './ports.ts';

/**
 * Everything that runs on this machine, brought up in this order: Redis, API, workers, dashboard; and taken down so
 * that nobody misses what it still needs: workers and API, dashboard, Redis.
 */

const readyMs = 60_000;
const lookMs = 100;
/** The processes keep their grace period themselves; this is on top. */
const killAfterMs = 15_000;
/** The supervisor of the workers gives each of them such a margin itself. */
const killSupervisorAfterMs = killAfterMs + 10_000;

export type StartSettings = Pick<
  Settings,
  | 'REDIS_URL'
  | 'API_PORT'
  | 'DASHBOARD_PORT'
  | 'LISTEN_HOST'
  | 'ADMIN_TOKEN'
  | 'DATA_DIR'
  | 'WORKERS'
  | 'WORKERS_MIN'
  | 'WORKERS_MAX'
  | 'KEY_PREFIX'
  | 'LOG_LEVEL'
  | 'SHUTDOWN_GRACE_SECONDS'
>;

export type DroverOptions = {
  settings: StartSettings;
  env: NodeJS.ProcessEnv;
  logger: Logger;
  /** Told of every line that a process writes. */
  onLine(line: string): void;
  /** Told what it is at, for people who wait. */
  onStep(text: string): void;
  /** Aborts when the start is to be given up. */
  signal: AbortSignal;
};

export class Drover {
  readonly #options: DroverOptions;
  readonly #children: { api?: Child; workers?: Child; dashboard?: Child } = {};
  #redis: FoundRedis | undefined;
  #cluster: Cluster | undefined;
  #unfit: Error | undefined;
  #newToken: string | undefined;
  apiUrl = '';
  dashboardUrl = '';

  private constructor(options: DroverOptions) {
    this.#options = options;
  }

  /** @throws Error that says what to do; what was started by then is stopped again */
  static async start(options: DroverOptions): Promise<Drover> {
    const drover = new Drover(options);
    process.on('exit', () => drover.#killAll());
    try {
      await drover.#start();
      return drover;
    } catch (error) {
      // Nobody has seen the token: the next start makes another.
      if (drover.#newToken !== undefined) await drover.cluster.keys.revoke('key_admin').catch(() => undefined);
      await drover.stop().catch(() => undefined);
      throw error;
    }
  }

  get redis(): FoundRedis {
    if (this.#redis === undefined) throw new Error('Redis is not there yet');
    return this.#redis;
  }

  get cluster(): Cluster {
    if (this.#cluster === undefined) throw new Error('the cluster is not there yet');
    return this.#cluster;
  }

  /** The token with all rights, if it was made by this start. */
  get newToken(): string | undefined {
    return this.#newToken;
  }

  async stop(): Promise<void> {
    const graceMs = this.#options.settings.SHUTDOWN_GRACE_SECONDS * 1_000;
    const { api, workers, dashboard } = this.#children;
    await Promise.all([api?.stop(graceMs + killAfterMs), workers?.stop(graceMs + killSupervisorAfterMs)]);
    await dashboard?.stop(graceMs + killAfterMs);
    await this.#cluster?.stop();
    await this.#redis?.stop();
  }

  async #start(): Promise<void> {
    const { settings, env, logger, onStep, signal } = this.#options;
    const { LISTEN_HOST: host, KEY_PREFIX: keyPrefix } = settings;
    const port = (setting: 'API_PORT' | 'DASHBOARD_PORT') =>
      choosePort({ setting, port: settings[setting], isGiven: Boolean(env[setting]?.trim()) }, host);
    const apiPort = await port('API_PORT');
    const dashboardPort = await port('DASHBOARD_PORT');
    if (settings.API_PORT !== 0 && apiPort !== settings.API_PORT)
      onStep(`port ${settings.API_PORT} is taken, the API is on ${apiPort}`);
    if (settings.DASHBOARD_PORT !== 0 && dashboardPort !== settings.DASHBOARD_PORT) {
      onStep(`port ${settings.DASHBOARD_PORT} is taken, the dashboard is on ${dashboardPort}`);
    }

    const redis = await findRedis({ dataDir: settings.DATA_DIR, env, logger });
    this.#redis = redis;
    signal.throwIfAborted();
    onStep(`Redis is there (${redis.origin})`);
    const onUnfit = (error: Error) => {
      this.#unfit = error;
    };
    this.#cluster = createCluster({ redisUrl: redis.url, keyPrefix, onUnfit });
    if (settings.ADMIN_TOKEN === undefined) this.#newToken = await this.#ensureAdmin();

    const childEnv = {
      ...env,
      REDIS_URL: redis.url,
      API_PORT: String(apiPort),
      DASHBOARD_PORT: String(dashboardPort),
      LISTEN_HOST: host,
      DATA_DIR: resolve(settings.DATA_DIR),
    };
    const own = host === '0.0.0.0' || host === '::' ? '127.0.0.1' : host;
    this.apiUrl = urlOf(own, apiPort);
    this.dashboardUrl = urlOf(own, dashboardPort);
    this.#children.api = this.#spawn('api', 'API', childEnv);
    // For trying things out, as the tour does. A deployed worker offers it only where its MODULES names it.
    const modules = [env.MODULES?.trim(), '@drover/models/probe'].filter(Boolean).join();
    const workerEnv = { ...childEnv, MODULES: modules, WORKERS: String(settings.WORKERS) };
    this.#children.workers = this.#spawn('worker', 'supervisor of the workers', workerEnv);
    this.#children.dashboard = this.#spawn('dashboard', 'dashboard', { ...childEnv, API_URL: this.apiUrl });
    await this.#untilUp();
  }

  #spawn(app: 'api' | 'worker' | 'dashboard', name: string, env: NodeJS.ProcessEnv): Child {
    const script = fileURLToPath(new URL(`../../${app}/dist/main.js`, import.meta.url));
    if (!existsSync(script)) throw new Error(`${script} is missing: run npm run build`);
    const { logger, onLine } = this.#options;
    // A supervisor that is told so takes its workers along.
    const killSignal = app === 'worker' ? 'SIGQUIT' : 'SIGKILL';
    return new Child({ name, script, env, logger, onLine, killSignal });
  }

  /** All of them ready, or the first that fails. */
  async #untilUp(): Promise<void> {
    const all = Object.values(this.#children);
    const ready = Promise.all([
      this.#until('the API', () => answers(`${this.apiUrl}/readyz`)).then(() =>
        this.#options.onStep('the API is ready'),
      ),
      this.#until('the workers', () => this.#haveRegistered()).then(() =>
        this.#options.onStep('the workers are ready'),
      ),
      this.#until('the dashboard', () => answers(`${this.dashboardUrl}/readyz`)).then(() =>
        this.#options.onStep('the dashboard is ready'),
      ),
    ]);
    await Promise.race([ready, ...all.map((child) => child.failed)]);
    for (const child of all) child.keep();
  }

  /** As many as were asked for, of our own: there may be other hosts. Where they follow the work, the least number. */
  async #haveRegistered(): Promise<boolean> {
    const { settings } = this.#options;
    const least = settings.WORKERS_MAX === undefined ? settings.WORKERS : scaleBounds(settings).min;
    const supervisor = `${hostname()}-${this.#children.workers?.pid}`;
    const registered = await this.cluster.workers.list();
    const running = registered.filter((worker) => worker.supervisor === supervisor && worker.state === 'running');
    return running.length >= least;
  }

  /** The connection is being made when this is first asked. */
  async #ensureAdmin(): Promise<string | undefined> {
    let token: string | undefined;
    await this.#until('Redis', async () => {
      token = (await this.cluster.keys.ensureAdmin(undefined)).generatedToken;
      return true;
    });
    return token;
  }

  async #until(what: string, isSo: () => Promise<boolean>): Promise<void> {
    const until = Date.now() + readyMs;
    let reason = 'no answer';
    while (!this.#options.signal.aborted) {
      if (this.#unfit !== undefined) throw this.#unfit;
      try {
        if (await isSo()) return;
      } catch (error) {
        if (error instanceof ClusterError && !error.canRetry) throw error;
        reason = (error as Error).message;
      }
      if (Date.now() > until) throw new Error(`Waited ${readyMs / 1_000} s for ${what}: ${reason}`);
      await sleep(lookMs);
    }
    this.#options.signal.throwIfAborted();
  }

  #killAll(): void {
    for (const child of Object.values(this.#children)) child.kill();
  }
}

async function answers(url: string): Promise<boolean> {
  const response = await fetch(url, { signal: AbortSignal.timeout(2_000) });
  await response.body?.cancel();
  return response.ok;
}

function urlOf(host: string, port: number): string {
  return `http://${host.includes(':') ? `[${host}]` : host}:${port}`;
}
