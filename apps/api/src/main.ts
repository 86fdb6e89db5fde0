import { setTimeout as delay } from 'node:timers/promises';
import { type Cluster, createCluster } from '@drover/broker';
import { ClusterError } from '@drover/core';
import {
  createLogger,
  type Listening,
  listen,
  runProcess,
  Settings,
  scaleBounds,
  settingsOrExit,
} from '@drover/runtime';
import { createApi } from './app.ts';
import { refuseUnreadable } from './unreadable.ts';

/**
 * The API process.
 *
 * starting  it listens at once, and is not ready until Redis answers and somebody is admin.
 * running   Redis may come and go: meanwhile every answer is 503.
 * stopping  not ready at once, held answers end; it takes requests until load balancers have noticed, then
 *           finishes those that it has.
 */

/**
 * Load balancers and Kubernetes take this long to notice that the process is not ready any more. Started by `npm start`,
 * which holds a channel to us, there is none.
 */
const noticedMs = process.send === undefined ? 2_000 : 0;
const adminRetryMs = 100;

const settings = settingsOrExit(
  Settings.pick({
    API_PORT: true,
    LISTEN_HOST: true,
    ADMIN_TOKEN: true,
    KEY_PREFIX: true,
    KILL_SCOPE: true,
    LOG_LEVEL: true,
    SHUTDOWN_GRACE_SECONDS: true,
    TRUSTED_PROXIES: true,
    WORKERS_MIN: true,
    WORKERS_MAX: true,
  }).extend({ REDIS_URL: Settings.shape.REDIS_URL.unwrap() }),
);
const logger = createLogger({ name: 'api', level: settings.LOG_LEVEL });
const graceMs = settings.SHUTDOWN_GRACE_SECONDS * 1_000;

runProcess({
  logger,
  graceMs,
  endWithParent: true,
  async start() {
    const stopping = new AbortController();
    const cluster = createCluster({
      redisUrl: settings.REDIS_URL,
      keyPrefix: settings.KEY_PREFIX,
      scale: scaleBounds(settings),
      onError: ({ message }) => logger.warn({ error: message }, 'Redis is away'),
      onBack: () => logger.info('Redis is back'),
      onUnfit: (error) => {
        throw error;
      },
    });
    let notReady: string | undefined = 'The keys are not set up yet.';
    const app = createApi({
      cluster,
      logger,
      stopping: stopping.signal,
      notReady: () => notReady,
      trustedProxies: settings.TRUSTED_PROXIES,
      killScope: settings.KILL_SCOPE,
    });
    const listening = await listen(app, {
      port: settings.API_PORT,
      host: settings.LISTEN_HOST,
      logger,
      setting: 'API_PORT',
    });
    refuseUnreadable(listening.server);
    logger.info({ url: listening.url }, 'API listens');
    const admin = setUpAdmin(cluster, stopping.signal).then(() => {
      notReady = undefined;
    });
    return { stop: () => stop({ cluster, listening, stopping, admin }) };
  },
});

/** Goes on trying while Redis is away. A token that was generated is shown this once, and never logged. */
async function setUpAdmin(cluster: Cluster, stopping: AbortSignal): Promise<void> {
  while (!stopping.aborted) {
    try {
      const { generatedToken } = await cluster.keys.ensureAdmin(settings.ADMIN_TOKEN);
      if (generatedToken !== undefined) {
        process.stderr.write(`ADMIN_TOKEN was not set. This one was made, and is shown only now: ${generatedToken}\n`);
      }
      return;
    } catch (error) {
      if (!(error instanceof ClusterError) || !error.canRetry) throw error;
      await delay(adminRetryMs, undefined, { signal: stopping }).catch(() => undefined);
    }
  }
}

type Running = { cluster: Cluster; listening: Listening; stopping: AbortController; admin: Promise<void> };

async function stop({ cluster, listening, stopping, admin }: Running): Promise<void> {
  const startedAt = Date.now();
  stopping.abort();
  await delay(Math.min(noticedMs, graceMs / 2));
  await listening.stop(Math.max(graceMs - (Date.now() - startedAt), 0));
  await admin;
  await cluster.stop();
}
