import { resolve } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { createBoardQueues, openAddressSeal } from '@drover/broker';
import { createLogger, listen, runProcess, settingsOrExit } from '@drover/runtime';
import { createDashboard } from './dashboard.ts';
import { sessionSecretIn } from './session-secret.ts';
import { DashboardSettings } from './settings.ts';

/** Load balancers take this long to notice that the process is not ready any more. Started by `npm start`, there is none. */
const noticedMs = process.send === undefined ? 3_000 : 0;

const settings = settingsOrExit(DashboardSettings);
const logger = createLogger({ name: 'dashboard', level: settings.LOG_LEVEL });
const graceMs = settings.SHUTDOWN_GRACE_SECONDS * 1_000;

runProcess({
  logger,
  graceMs,
  endWithParent: true,
  async start(ending) {
    const redis = { redisUrl: settings.REDIS_URL, keyPrefix: settings.KEY_PREFIX };
    const boardQueues = createBoardQueues({
      ...redis,
      onError: ({ message }) => logger.warn({ error: message }, 'Redis is away'),
    });
    const addressSeal = openAddressSeal(redis);
    const app = createDashboard({
      apiUrl: settings.API_URL ?? `http://127.0.0.1:${settings.API_PORT}`,
      boardQueues,
      addressSeal,
      sessionSecret: settings.SESSION_SECRET ?? (await sessionSecretIn(resolve(settings.DATA_DIR))),
      trustedProxies: settings.TRUSTED_PROXIES,
      stopping: ending,
      logger,
    });
    const listening = await listen(app, {
      port: settings.DASHBOARD_PORT,
      host: settings.LISTEN_HOST,
      setting: 'DASHBOARD_PORT',
      logger,
    });
    logger.info({ url: listening.url }, 'dashboard is listening');
    return {
      async stop() {
        const untilNoticedMs = Math.min(noticedMs, graceMs / 2);
        await delay(untilNoticedMs);
        await listening.stop(graceMs - untilNoticedMs);
        await boardQueues.stop();
        addressSeal.stop();
      },
    };
  },
});
