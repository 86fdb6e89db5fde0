import { mkdirSync } from 'node:fs';
import { hostname } from 'node:os';
import { join, resolve } from 'node:path';
import { createWorker } from '@drover/broker';
import { announcementsOf, methodsOf } from '@drover/core';
import { models as builtInModels } from '@drover/models';
import { createLogger, runProcess, Settings, settingsOrExit } from '@drover/runtime';
import { executor } from './execute.ts';
import { loadModels } from './load-models.ts';
import { taskContext } from './task-context.ts';

/** A worker process: takes tasks from the cluster, runs their methods, records what became of them. */
const WorkerSettings = Settings.pick({
  DATA_DIR: true,
  MODULES: true,
  CONCURRENCY: true,
  QUEUES: true,
  KEY_PREFIX: true,
  SHARDS: true,
  LOG_LEVEL: true,
  SHUTDOWN_GRACE_SECONDS: true,
}).extend({ REDIS_URL: Settings.shape.REDIS_URL.unwrap(), LOCK_SECONDS: Settings.shape.LOCK_SECONDS });

const settings = settingsOrExit(WorkerSettings);
const id = `${hostname()}-${process.pid}`;
const logger = createLogger({ name: 'worker', level: settings.LOG_LEVEL }).child({ worker: id });
/** For the two lines a task: their fields are named here, so nothing in them needs looking for secrets, which costs. */
const taskLogger = logger.child({}, { redact: [] });
const graceMs = settings.SHUTDOWN_GRACE_SECONDS * 1_000;
const timeoutGraceMs = 10_000;
/** What ending takes beside the grace period: asking tasks to end, writing the last ends, leaving the registry. */
const endingMs = 8_000;

// A promise that a method forgot is no reason to lose the tasks beside it. What is ours is watched: see `onFatal`.
runProcess({ logger, graceMs: graceMs + endingMs, endWithParent: true, outlivesRejections: true, start });

async function start(ending: AbortSignal): Promise<{ stop(): Promise<void> }> {
  const dataDir = join(resolve(settings.DATA_DIR), 'files');
  mkdirSync(dataDir, { recursive: true, mode: 0o700 });
  const models = await loadModels(builtInModels, settings.MODULES, process.cwd());
  const methods = new Map(models.flatMap((model) => [...methodsOf(model)]));
  const execute = executor({
    methods,
    graceMs: timeoutGraceMs,
    contextOf: (task, hands) => taskContext({ dataDir, enqueue: session.enqueue }, task, hands),
  });
  const session = createWorker({
    redisUrl: settings.REDIS_URL,
    keyPrefix: settings.KEY_PREFIX,
    id,
    version: '0.1.0',
    queues: settings.QUEUES.length > 0 ? settings.QUEUES : undefined,
    concurrency: settings.CONCURRENCY,
    lockMs: settings.LOCK_SECONDS * 1_000,
    announcements: announcementsOf(models),
    execute: async (task, hands) => {
      const { id: taskId, fullName: method, attempt } = task;
      taskLogger.info({ taskId, method, attempt }, 'task started');
      const ending = await execute(task, hands);
      const durationMs = Date.now() - task.startedAt;
      const outcome = 'outcome' in ending ? ending.outcome : ending.kind;
      const error = 'error' in ending ? ending.error?.message : undefined;
      const level = ending.kind === 'end' && error === undefined ? 'info' : 'warn';
      taskLogger[level](
        { taskId, method, attempt, outcome, durationMs, ...(error === undefined ? {} : { error }) },
        'task finished',
      );
      return ending;
    },
    onLost: ({ id: taskId, attempt }) => logger.warn({ taskId, attempt }, 'task was taken over by another worker'),
    onError: (error) => logger.warn({ err: error }, 'redis did not take a call'),
    onFatal: (error) => {
      // Out of every promise: nobody but the process itself catches it there.
      setImmediate(() => {
        throw error;
      });
    },
  });
  const stop = () => session.stop(graceMs);
  ending.addEventListener('abort', () => void stop(), { once: true });
  await session.start();
  logger.info({ methods: methods.size, concurrency: settings.CONCURRENCY }, 'worker started');
  return { stop };
}
