import { ClusterError, type Overview, type ScaleBounds, type TaskState, type WorkerInfo } from '@drover/core';
import type { Redis } from 'ioredis';
import { createActions } from './actions.ts';
import { createAddressSeal } from './address-seal.ts';
import { ApiKeys } from './api-keys.ts';
import { ArgumentChecker } from './arguments.ts';
import { createAudit } from './audit.ts';
import type { Access, Cluster } from './cluster.ts';
import { listFailures } from './failures.ts';
import { taskFinder } from './find-task.ts';
import { createFlows } from './flows/flows.ts';
import { type GuardError, guardWhenReady } from './guard.ts';
import { createJobs } from './jobs/jobs.ts';
import { type Keys, keysOf } from './keys.ts';
import { createEvents } from './news/events.ts';
import { NewsDesk } from './news/news-desk.ts';
import { Queues } from './queues.ts';
import { connect, reach } from './redis.ts';
import { Registry } from './registry.ts';
import { readAutoscale } from './scaling.ts';
import { createSchedules } from './schedules/schedules.ts';
import { scriptsOn } from './scripts.ts';
import { getExecution, searchExecutions } from './search/search-executions.ts';
import { Segments } from './search/segments.ts';
import { lastDayFigures, readStatistics } from './statistics/read-statistics.ts';
import { StuckTasks } from './stuck/find-stuck.ts';
import { createTasks } from './tasks.ts';
import { createWorkers } from './workers.ts';

export type ClusterOptions = {
  redisUrl: string;
  /** Default `drover`. */
  keyPrefix?: string;
  /** Within which `autoscale` answers. Default: from 2 to 256. */
  scale?: ScaleBounds;
  /** Told once when Redis is lost; it is also in the answers. */
  onError?: (error: Error) => void;
  /** Told once when it is there again. */
  onBack?: () => void;
  /** Told when Redis is there but must not be used: version, policy, clock, old data. The process should end. */
  onUnfit?: (error: GuardError) => void;
};

const overviewMinutes = 60;

/** The cluster as a producer sees it. Answers at once; while Redis is away every call fails fast. */
export function createCluster(options: ClusterOptions): Cluster {
  const keys = keysOf(options.keyPrefix ?? 'drover');
  const redis = connect(options.redisUrl, 'producer', options);
  const subscriber = connect(options.redisUrl, 'subscriber');
  const run = scriptsOn(redis);
  const registry = new Registry(redis, keys);
  const queues = new Queues(redis, keys, registry, run);
  const stuck = new StuckTasks({ redis, keys, registry, queueNames: () => queues.names() });
  const apiKeys = new ApiKeys(redis, keys);
  const audit = createAudit({ redis, keys, run });
  const guarding = new AbortController();
  guardWhenReady(redis, keys, guarding.signal).then(
    (error) => error !== undefined && options.onUnfit?.(error),
    () => undefined,
  );
  const desk = new NewsDesk(subscriber, keys);
  const segments = new Segments(redis, keys);
  const rows = async () => ({ redis, keys, run, segments, queueNames: await queues.names() });
  const find = taskFinder(run, keys);
  const checker = new ArgumentChecker();
  const tasks = createTasks({ redis, keys, run, registry, desk, rows, checker });

  const flows = createFlows({ redis, keys, run, registry, checker, tasks });

  return {
    tasks,
    executions: {
      list: async (search, access) => searchExecutions(await rows(), search, access),
      get: (id, access) => getExecution(find, id, access),
    },
    flows,
    jobs: createJobs({ redis, keys, run, registry, checker, flows }),
    schedules: createSchedules({ redis, keys, run, registry, checker, tasks }),
    actions: createActions(rows, tasks),
    statistics: (query, access) => readStatistics({ redis, keys }, query, access),
    events: createEvents({ redis, keys, run, desk }),
    failures: (access) => listFailures(redis, keys, access),
    catalogue: {
      list: () => registry.models(),
      async model(name) {
        const found = (await registry.models()).find(({ model }) => model === name);
        if (found === undefined) throw new ClusterError('model_unknown', `no live worker offers model "${name}"`);
        return found;
      },
      versions: (fullName) => registry.versions(fullName),
    },
    queues: {
      list: () => queues.list(),
      get: (name) => queues.get(name),
      pause: (name) => queues.pause(name),
      resume: (name) => queues.resume(name),
      patch: (name, patch) => queues.patch(name, patch),
    },
    workers: createWorkers({ redis, keys, run, registry, queueNames: () => queues.names() }),
    autoscale: () => readAutoscale({ redis, keys, queues, registry }, options.scale ?? { min: 2, max: 256 }),
    keys: {
      create: (request) => apiKeys.create(request),
      list: () => apiKeys.list(),
      revoke: (id) => apiKeys.revoke(id),
      authenticate: (token) => apiKeys.authenticate(token),
      ensureAdmin: (token) => apiKeys.ensureAdmin(token),
    },
    audit,
    addressSeal: createAddressSeal(redis, keys),
    overview: (access) => readOverview({ redis, keys, queues, registry, stuck }, access),
    async ping() {
      await reach(redis.ping());
    },
    async stop() {
      guarding.abort();
      audit.stop();
      await queues.stop();
      redis.disconnect();
      desk.stop();
    },
  };
}

type OverviewParts = { redis: Redis; keys: Keys; queues: Queues; registry: Registry; stuck: StuckTasks };

async function readOverview(parts: OverviewParts, access: Access): Promise<Overview> {
  const { redis, keys } = parts;
  const found = await parts.stuck.list(access);
  return {
    ...(await figuresAndLists(redis, keys, parts, access)),
    throughput: await throughput(redis, keys),
    recentErrors: await recentErrors(redis, keys, access),
    ...(found.length === 0 ? {} : { stuck: found }),
  };
}

/** Counts of queues are the whole cluster's; those of the last day a company's caller reads for his company. */
async function figuresAndLists(
  redis: Redis,
  keys: Keys,
  { queues, registry }: { queues: Queues; registry: Registry },
  access: Access,
): Promise<Pick<Overview, 'figures' | 'queues' | 'workers'>> {
  const [queueInfos, workers, lastDay] = await Promise.all([
    queues.list(),
    registry.workers(),
    lastDayFigures({ redis, keys }, access),
  ]);
  const sum = (state: TaskState) => queueInfos.reduce((total, { counts }) => total + counts[state], 0);
  const inState = (wanted: WorkerInfo['state']) => workers.filter(({ state }) => state === wanted).length;
  const figures = {
    activeTasks: sum('running'),
    queueSize: sum('waiting'),
    scheduledTasks: sum('scheduled'),
    attentionTasks: sum('requires_attention'),
    ...lastDay,
    workers: {
      running: inState('running'),
      quiet: inState('quiet'),
      stopping: inState('stopping'),
      lost: inState('lost'),
    },
  };
  return { figures, queues: queueInfos, workers };
}

async function throughput(redis: Redis, keys: Keys): Promise<Overview['throughput']> {
  const last = Math.floor(Date.now() / 60_000);
  const pipeline = redis.pipeline();
  for (let minute = last - overviewMinutes + 1; minute <= last; minute += 1) pipeline.hgetall(keys.minute(minute));
  const replies = (await reach(pipeline.exec())) ?? [];
  return replies.map(([, counts], index) => {
    const of = (state: TaskState): number => Number((counts as Record<string, string> | null)?.[state] ?? 0);
    const at = new Date((last - overviewMinutes + 1 + index) * 60_000).toISOString();
    return { at, done: of('done'), error: of('error') };
  });
}

type Failure = Overview['recentErrors'][number] & { company?: string };

async function recentErrors(redis: Redis, keys: Keys, access: Access): Promise<Overview['recentErrors']> {
  const entries = await reach(redis.lrange(keys.failures, 0, -1));
  return entries
    .map((entry) => JSON.parse(entry) as Failure)
    .filter((failure) => access.company === undefined || failure.company === access.company)
    .slice(0, 20)
    .map(({ company: _, ...failure }) => failure);
}
