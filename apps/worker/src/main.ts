import { hostname } from 'node:os';
import { fileURLToPath } from 'node:url';
import { createScaler, type ScalerOptions } from '@drover/broker';
import { createLinePrinter, createLogger, runProcess, Settings, scaleBounds, settingsOrExit } from '@drover/runtime';
import { followRule } from './supervisor/follow-rule.ts';
import { Supervisor } from './supervisor/supervisor.ts';
import { endLimitMs, WorkerSettings } from './worker-settings.ts';

/**
 * The supervisor: what is deployed and started. It runs no task itself, and keeps the workers of this host alive.
 *
 * SIGTERM, SIGINT  all workers end in order; a second one ends them at once.
 * SIGQUIT          all workers end at once.
 * SIGHUP           workers are replaced one after the other, each when its replacement is up.
 */
const settings = settingsOrExit(
  WorkerSettings.extend(
    Settings.pick({
      WORKERS: true,
      WORKERS_MIN: true,
      WORKERS_MAX: true,
      SCALE_COOLDOWN_SECONDS: true,
      HANG_SECONDS: true,
      RECYCLE_MEMORY_MB: true,
      RECYCLE_TASKS: true,
    }).shape,
  ),
);
const isScaled = settings.WORKERS_MAX !== undefined;
const bounds = scaleBounds(settings);
const workers = isScaled ? Math.min(Math.max(settings.WORKERS, bounds.min), bounds.max) : settings.WORKERS;
const id = `${hostname()}-${process.pid}`;
const logger = createLogger({ name: 'supervisor', level: settings.LOG_LEVEL }).child({ supervisor: id });
const graceMs = endLimitMs(settings.SHUTDOWN_GRACE_SECONDS);
const isOnTerminal = process.stdout.isTTY;
const print = createLinePrinter({ colorize: isOnTerminal });

const supervisor = new Supervisor({
  script: fileURLToPath(new URL('./worker.js', import.meta.url)),
  supervisor: id,
  logger,
  workers,
  hangSeconds: settings.HANG_SECONDS,
  graceMs,
  bounds: { memoryMb: settings.RECYCLE_MEMORY_MB, tasks: settings.RECYCLE_TASKS },
  onText(text, stream) {
    if (stream === 'stderr' || !isOnTerminal) process[stream].write(text);
    else for (const line of text.trimEnd().split('\n')) process.stdout.write(print(line));
  },
});
// Whoever reads our lines may go; the tasks go on.
for (const stream of [process.stdout, process.stderr]) stream.on('error', () => undefined);
process.on('exit', () => supervisor.kill());
process.on('SIGQUIT', () => process.exit(131));

runProcess({
  logger,
  graceMs,
  endWithParent: true,
  // On a terminal it says that the terminal was closed.
  ...(isOnTerminal ? {} : { onHangUp: () => supervisor.restartAll() }),
  async start(ending) {
    tellIgnored();
    ending.addEventListener('abort', () => void supervisor.stop(), { once: true });
    await supervisor.start();
    const following = isScaled ? followRule(supervisor, createScaler(scalerOptions()), logger) : undefined;
    logger.info({ workers, ...(isScaled ? bounds : {}) }, 'supervisor started');
    return {
      async stop() {
        following?.stop();
        await supervisor.stop();
      },
    };
  },
});

/** What was asked for and does not count. */
function tellIgnored(): void {
  const { WORKERS: asked, WORKERS_MIN: min } = settings;
  if (min !== undefined && !isScaled) logger.warn({ min }, 'WORKERS_MIN does not count here without WORKERS_MAX');
  const isAsked = process.env.WORKERS?.trim();
  if (isAsked && workers !== asked) logger.warn({ asked, workers, ...bounds }, 'WORKERS is beyond its bounds');
}

function scalerOptions(): ScalerOptions {
  return {
    redisUrl: settings.REDIS_URL,
    keyPrefix: settings.KEY_PREFIX,
    supervisor: id,
    host: hostname(),
    bounds,
    cooldownMs: settings.SCALE_COOLDOWN_SECONDS * 1_000,
    queues: settings.QUEUES.length > 0 ? settings.QUEUES : undefined,
  };
}
