import { hostname, tmpdir } from 'node:os';
import type { TakenTask, WorkerSession } from '@drover/broker';
import type { Method } from '@drover/core';
import { openMachine, type Settings } from '@drover/runtime';
import { cleanUps } from './clean-ups.ts';
import { Guards, type GuardsOptions } from './guards.ts';
import { type Held, heldBack } from './held-back.ts';

export type CarefulOptions = {
  settings: Pick<Settings, 'MEMORY_PERCENT' | 'CPU_PERCENT' | 'DISK_PERCENT' | 'QUEUES'>;
  methods: ReadonlyMap<string, Method>;
  /** Its disk is looked at, and that of the system's temporary folder. */
  dataDir: string;
  /** Asked for when the guards have started. */
  session: () => WorkerSession;
  logger: GuardsOptions['logger'];
  /** Default: the one that this process runs on. */
  machine?: GuardsOptions['machine'];
  everyMs?: number;
  /** Unix ms. Default: the system's clock. */
  now?: () => number;
};

/** What keeps a worker careful with its machine. */
export type Careful = {
  start(): void;
  stop(): void;
  /** For its record in the registry. */
  status: Guards['status'];
  /** What must not begin there now, and why. */
  heldBack(task: TakenTask, method: Method): Held | undefined;
};

export function careful(options: CarefulOptions): Careful {
  const { settings, methods, dataDir, session, logger, everyMs, now } = options;
  const host = hostname();
  const guards = new Guards({
    machine: options.machine ?? openMachine({ folders: [dataDir, tmpdir()] }),
    limits: { memory: settings.MEMORY_PERCENT, cpu: settings.CPU_PERCENT, disk: settings.DISK_PERCENT },
    worker: { concurrency: () => session().concurrency(), holdBack: (how) => session().holdBack(how) },
    cleanUp: cleanUps({
      host,
      methods,
      queues: settings.QUEUES.length > 0 ? settings.QUEUES : undefined,
      enqueue: (request, key) => session().enqueueOwn(request, key),
      onFailure: (method, err) => logger.warn({ method, err }, 'clean-up could not be asked for'),
      ...(now === undefined ? {} : { now }),
    }),
    logger,
    ...(everyMs === undefined ? {} : { everyMs }),
  });
  return {
    start: () => guards.start(),
    stop: () => guards.stop(),
    status: () => guards.status(),
    heldBack: (task, method) => heldBack(task, method, { host, isDiskFull: guards.isDiskFull }),
  };
}
