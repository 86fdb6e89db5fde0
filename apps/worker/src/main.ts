import { mkdirSync } from 'node:fs';
import { hostname } from 'node:os';
import { join, resolve } from 'node:path';
import { createWorker, type Ending, type TakenTask } from '@drover/broker';
import { announcementsOf, methodsOf } from '@drover/core';
import { models as builtInModels, systemModels } from '@drover/models';
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
  RETENTION_DONE_DAYS: true,
  RETENTION_OTHER_DAYS: true,
  RETENTION_TASKS: true,
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
  const own = systemModels({
    maintenance: () => session.maintenance,
    retention: {
      doneDays: settings.RETENTION_DONE_DAYS,
      otherDays: settings.RETENTION_OTHER_DAYS,
      tasks: settings.RETENTION_TASKS,
    },
  });
  const models = await loadModels([...builtInModels, ...own], settings.MODULES, process.cwd());
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
    isHousekeeper: true,
    execute: async (task, hands) => {
      const { id: taskId, fullName: method, attempt } = task;
      if (methods.has(method)) taskLogger.info({ taskId, method, attempt }, 'task started');
      const ending = await execute(task, hands);
      logEnding(task, ending);
      return ending;
    },
    onLost: ({ id: taskId, attempt }) => logger.warn({ taskId, attempt }, 'task was taken over by another worker'),
    onError: ({ message }) => logger.warn({ error: message }, 'Redis is away, or did not take a call'),
    onBack: () => logger.info('Redis is back'),
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

/** One line when a task ends here, whatever becomes of it. */
function logEnding({ id: taskId, fullName: method, attempt, startedAt }: TakenTask, ending: Ending): void {
  const task = { taskId, method, attempt, durationMs: Date.now() - startedAt };
  switch (ending.kind) {
    case 'end':
      if (ending.error === undefined) taskLogger.info({ ...task, outcome: ending.outcome }, 'task finished');
      else taskLogger.warn({ ...task, outcome: ending.outcome, error: ending.error.message }, 'task finished');
      return;
    case 'retry':
      taskLogger.warn({ ...task, outcome: ending.outcome, error: ending.error.message }, 'task failed, to be retried');
      return;
    case 'attention':
      taskLogger.warn({ ...task, error: ending.error.message }, 'task failed, requires attention');
      return;
    case 'return':
      taskLogger.info({ ...task, message: ending.message }, 'task handed back');
      return;
    case 'postpone':
      taskLogger.debug(task, 'task put off: this worker does not offer its method');
      return;
    default:
      ending satisfies never;
  }
}
