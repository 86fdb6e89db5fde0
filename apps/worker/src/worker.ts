import { mkdirSync } from 'node:fs';
import { hostname } from 'node:os';
import { createWorker, type Ending, type TakenTask, type WorkerSession } from '@drover/broker';
import { announcementsOf, declarationsOf, limits, methodsOf } from '@drover/core';
import { models as builtInModels, systemModels } from '@drover/models';
import { createLogger, filesFolder, runProcess, settingsOrExit } from '@drover/runtime';
import { executor } from './execute.ts';
import { careful } from './guards/careful.ts';
import { createIsolation } from './isolated/isolation.ts';
import { startGuard } from './isolated/start-guard.ts';
import { loadModels } from './load-models.ts';
import { supervised } from './supervised.ts';
import { createTaint, type Taint } from './taint.ts';
import { taskContext } from './task-context.ts';
import { endLimitMs, WorkerSettings } from './worker-settings.ts';

/** A worker process: takes tasks from the cluster, runs their methods, records what became of them. */
const settings = settingsOrExit(WorkerSettings);
const id = `${hostname()}-${process.pid}`;
const logger = createLogger({ name: 'worker', level: settings.LOG_LEVEL }).child({ worker: id });
/** For the two lines a task: their fields are named here, so nothing in them needs looking for secrets, which costs. */
const taskLogger = logger.child({}, { redact: [] });
const graceMs = settings.SHUTDOWN_GRACE_SECONDS * 1_000;
const retention = {
  doneDays: settings.RETENTION_DONE_DAYS,
  otherDays: settings.RETENTION_OTHER_DAYS,
  tasks: settings.RETENTION_TASKS,
};
/** Tasks that ended here. */
let ended = 0;
let running = () => 0;
let isAwaitingRedis = false;
let taint: Taint | undefined;
let pause: (why: string) => Promise<void> = async () => undefined;
const supervisor = supervised({
  running: () => running(),
  ended: () => ended,
  isAwaitingRedis: () => isAwaitingRedis,
  tainted: () => taint?.why,
  onQuiet: () => pause('replaced').catch(fail),
});
// Without its supervisor it ends in order, see `endWithParent`; but a method may block its event loop.
if (supervisor.pid !== undefined) {
  const graceMs = endLimitMs(settings.SHUTDOWN_GRACE_SECONDS);
  startGuard({ parentPid: supervisor.pid, graceMs });
}
// Whoever reads our lines may go; the tasks go on.
for (const stream of [process.stdout, process.stderr]) stream.on('error', () => undefined);
const timeoutGraceMs = limits.killGraceMs;
/** What ending takes beside the grace period: asking tasks to end, writing the last ends, leaving the registry. */
const endingMs = 8_000;

// A promise that a method forgot is no reason to lose the tasks beside it. What is ours is watched: see `onFatal`.
runProcess({
  logger,
  graceMs: graceMs + endingMs,
  endWithParent: true,
  outlivesRejections: true,
  start: startOrRefuse,
});

/** What fails here fails the next time too: its supervisor need not try again and again. */
async function startOrRefuse(ending: AbortSignal): Promise<{ stop(): Promise<void> }> {
  try {
    const started = await start(ending);
    supervisor.ready();
    return started;
  } catch (error) {
    if (!ending.aborted) supervisor.refused();
    throw error;
  }
}

async function start(ending: AbortSignal): Promise<{ stop(): Promise<void> }> {
  const dataDir = filesFolder(settings.DATA_DIR);
  mkdirSync(dataDir, { recursive: true, mode: 0o700 });
  const own = systemModels({ maintenance: () => session.maintenance, retention });
  const models = await loadModels([...builtInModels, ...own], settings.MODULES, process.cwd());
  ending.throwIfAborted();
  const methods = new Map(models.flatMap((model) => [...methodsOf(model)]));
  const isolation = createIsolation({
    modules: settings.MODULES,
    folder: process.cwd(),
    dataDir,
    graceMs: timeoutGraceMs,
    enqueue: (request, parent) => session.enqueue(request, parent),
  });
  const care = careful({ settings, methods, dataDir, session: () => session, logger });
  const execute = executor({
    methods,
    isolation,
    gathering: { isFull: () => session.isFull(), running: () => session.runningCount(), closing: ending },
    heldBack: care.heldBack,
    onGivenUp: (task) => taint?.by(task),
    graceMs: timeoutGraceMs,
    contextOf: (task, hands, waited) => taskContext({ dataDir, enqueue: session.enqueue }, task, hands, waited),
  });
  const session = createWorker({
    redisUrl: settings.REDIS_URL,
    keyPrefix: settings.KEY_PREFIX,
    id,
    version: '0.1.0',
    supervisor: supervisor.id,
    queues: settings.QUEUES.length > 0 ? settings.QUEUES : undefined,
    concurrency: settings.CONCURRENCY,
    lockMs: settings.LOCK_SECONDS * 1_000,
    announcements: announcementsOf(models),
    schedules: { models: models.map(({ name }) => name), declarations: declarationsOf(models) },
    onLate: ({ schedule, lateMs }) =>
      logger.warn({ schedule, lateMs }, 'schedule rang late: no worker was there to ring'),
    onSilent: (schedule) => logger.warn({ schedule }, 'schedule had lost its alarm: it was set again'),
    execute: async (task, hands) => {
      const { id: taskId, fullName: method, attempt } = task;
      if (methods.has(method)) taskLogger.info({ taskId, method, attempt }, 'task started');
      const since = performance.now();
      const ending = await execute(task, hands);
      if (ending.kind !== 'return' && ending.kind !== 'postpone') ended += 1;
      logEnding(task, ending, Math.round(performance.now() - since));
      return ending;
    },
    onLost: ({ id: taskId, attempt }) => logger.warn({ taskId, attempt }, 'task was taken over by another worker'),
    onError: ({ message }) => logger.warn({ error: message }, 'Redis is away, or did not take a call'),
    onBack: () => logger.info('Redis is back'),
    onStopAsked: () => {
      supervisor.retire();
      process.kill(process.pid, 'SIGTERM');
    },
    status: () => ({ ...care.status(), ...(taint?.why === undefined ? {} : { tainted: taint.why }) }),
    onFatal: fail,
  });
  running = session.runningCount;
  pause = session.pause;
  taint = taintOf(session);
  const stop = () => {
    care.stop();
    return session.stop(graceMs).finally(isolation.stop);
  };
  ending.addEventListener('abort', () => void stop(), { once: true });
  isAwaitingRedis = true;
  await session.start();
  isAwaitingRedis = false;
  care.start();
  logger.info({ methods: methods.size, concurrency: settings.CONCURRENCY }, 'worker started');
  return { stop };
}

function taintOf({ pause, runningCount }: WorkerSession): Taint {
  return createTaint({
    pause,
    running: runningCount,
    hasSupervisor: supervisor.id !== undefined,
    fail,
    onTainted: (why, { id: taskId, fullName: method }) =>
      logger.error(
        { taskId, method, why },
        'worker is tainted: it takes nothing new, and ends when its tasks are done',
      ),
  });
}

/** Out of every promise: nobody but the process itself catches it there. */
function fail(error: Error): void {
  setImmediate(() => {
    throw error;
  });
}

/** One line when a task ends here, whatever becomes of it. */
function logEnding({ id: taskId, fullName: method, attempt }: TakenTask, ending: Ending, durationMs: number): void {
  const task = { taskId, method, attempt, durationMs };
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
      taskLogger.debug({ ...task, message: ending.message }, 'task put off: it cannot, or must not, begin here now');
      return;
    default:
      ending satisfies never;
  }
}
