import { limits } from '@drover/core';

/**
 * Every Redis name of Drover, with its type, members and life. All of a shard carry one hash tag, so that they lie on
 * one node of a Redis Cluster and one script may touch them all. Names below `q:` are BullMQ's own.
 */
export type Keys = ReturnType<typeof keysOf>;

/** The tables of the index: tasks, executions. */
export type IndexTable = 'rows' | 'runs';

/** A day more than is asked for at most: a day of another zone may have begun earlier. */
export const statisticsLifeMs = (limits.statisticsDays + 1) * 86_400_000;

export function keysOf(keyPrefix: string) {
  const prefix = `{${keyPrefix}}:`;
  return {
    /** What all names begin with. */
    prefix,
    /** BullMQ's `prefix` option. Its names are `{drover}:q:<queue>:<what>`. */
    bullPrefix: `${prefix}q`,
    /** SET of names of queues. A queue enters with its first task, and stays. */
    queues: `${prefix}queues`,
    /**
     * HASH, the ledger's record of a task; begun with its first execution, complete when it ended, kept until
     * `system.ledger.prune` forgets it. q queue, n full method name, d envelope, t created (Unix ms), p priority, s state, o outcome, f finished (Unix
     * ms), r result, e error, m message, a retries, pr progress, ra asked run time (Unix ms), cp checkpoint, ld log
     * lines dropped, sq its row in the index, lk what it is a part of (see `lua/includes/links.lua`), av its arguments as it
     * began with them (JSON), where they hold expressions, w 1 when its condition was false, x1, x2, … executions (see `execution-record.ts`).
     */
    task: (id: string) => `${prefix}task:${id}`,
    /** LIST of log lines (JSON), oldest first. Goes with the task. */
    log: (id: string) => `${prefix}log:${id}`,
    /** LIST of what people did to a task (JSON), oldest first, bounded. Goes with the task. */
    history: (id: string) => `${prefix}history:${id}`,
    /** STRING, a counter: the number of the newest row of tasks (`rows`), of executions (`runs`). */
    counter: (table: IndexTable) => `${prefix}${table}`,
    /** STRING, a column of 4096 rows of the index: see `lua/includes/ledgerRows.lua`. */
    column: (table: IndexTable, segment: number, column: string) => `${prefix}${table}:${segment}:${column}`,
    /** STRING, the oldest segment that may still be there. */
    firstSegment: (table: IndexTable) => `${prefix}${table}:first`,
    /** STRING, a bit for every segment that was freed, though an older one may still be there. */
    freedSegments: (table: IndexTable) => `${prefix}${table}:freed`,
    /** STRING, there when a task got its row late: then numbers say nothing certain of times. */
    unsorted: `${prefix}unsorted`,
    /** HASH of counters of a quarter of an hour (Unix quarters); see `lua/includes/statistics.lua`. Expires. */
    statistics: (quarter: number, company?: string) =>
      `${prefix}stats:${quarter}${company === undefined ? '' : `:${company}`}`,
    /** ZSET of groups of failures. Score: last seen, Unix ms. */
    failureGroups: `${prefix}failure-groups`,
    /** HASH, a group of failures; see `lua/includes/failureGroups.lua`. Goes with its member of `failureGroups`. */
    failureGroup: (group: string) => `${prefix}failure:${group}`,
    /**
     * LIST of requests to a worker (JSON), oldest first, bounded: see `control.ts`. Expires a minute after the last one;
     * goes with the worker.
     */
    control: (workerId: string) => `${prefix}control:${workerId}`,
    /** STRING, a worker's answer (JSON) to a request. Expires after a minute. */
    answer: (requestId: string) => `${prefix}answer:${requestId}`,
    /** HASH queue → what is set for it (JSON): `{retention?}`. */
    queueSettings: `${prefix}queue-settings`,
    /** HASH `<queue>:<state>` → tasks that ended so since the cluster began. */
    totals: `${prefix}totals`,
    /** HASH state → tasks that ended in that minute (Unix minutes). Expires after two hours. */
    minute: (minute: number) => `${prefix}minute:${minute}`,
    /** LIST of the newest failures (JSON), newest first, at most 100. */
    failures: `${prefix}failures`,
    /** STRING `<fingerprint> <task id>`. Expires after a day, or a day after the task's time. */
    idempotency: (digest: string) => `${prefix}idem:${digest}`,
    /** STRING `<turn> <queue> <id> <queue> <id> …`: what a worker was handed out last. Expires as its locks do. */
    handed: (token: string) => `${prefix}handed:${token}`,
    /** ZSET. Member: worker id. Score: last heartbeat, Unix ms. Members older than an hour are dropped. */
    workers: `${prefix}workers`,
    /** STRING, a worker's heartbeat record (JSON). Expires an hour after the last heartbeat. */
    worker: (id: string) => `${prefix}worker:${id}`,
    /** LIST of what supervisors did to the number of workers (JSON), newest first. Bounded. */
    scalings: `${prefix}scalings`,
    /** STRING, the supervisor that changed the number last. Expires when it may be changed again. */
    scaleTurn: `${prefix}scale-turn`,
    /** STRING, a manifest: the methods (JSON) that a build announces, under their digest. Kept alive by heartbeats. */
    manifest: (digest: string) => `${prefix}manifest:${digest}`,
    /** HASH key id → key record (JSON) with the token's digest. */
    apiKeys: `${prefix}keys`,
    /**
     * STREAM of changes by people and keys, oldest first, its ids by the clock of Redis. An entry holds, in this order:
     * o outcome, k id of the key, n its name, c its company, a action, t target, f address that it came from, s HTTP
     * status, p code of the problem, d details (JSON). What is missing is empty. Trimmed by age and count.
     */
    audit: `${prefix}audit`,
    /** STRING. By it the API knows that a browser's address comes from a dashboard of its cluster. Random; stays. */
    addressSeal: `${prefix}address-seal`,
    /**
     * STREAM of changes of tasks, written by the scripts that make them, a thousand entries at least. An entry holds e,
     * a line for tasks with which the same happened, its values parted by tabs: state, outcome (empty for none), full
     * method name, company (empty for none), ids parted by spaces.
     */
    events: `${prefix}events`,
    /**
     * STREAM of what tasks say while they run, a thousand entries at least. An entry holds p, how far one is: id, full
     * method name, company, progress (JSON), parted by tabs; or l, ids, a line each, of those whose log has new lines.
     */
    pulse: `${prefix}pulse`,
    /**
     * HASH, a schedule: d definition (JSON), s situation (JSON), v how often it was written, lv tasks whose end it waits
     * for (ids parted by spaces), n number of the newest line of its fire log, a its alarm. See `schedules/record.ts`.
     */
    schedule: (id: string) => `${prefix}schedule:${id}`,
    /** ZSET of schedules by name, of one company or of all. Member: `<name, lower case>\0<id>`. Scores are 0. */
    schedules: (company?: string) => `${prefix}schedules${company === undefined ? '' : `:${company}`}`,
    /** HASH `<company>\0<name>` → id of the schedule. */
    scheduleNames: `${prefix}schedule-names`,
    /** HASH `<model>\0<company>\0<name>` → id of the schedule that the model declares in code, whatever people call it. */
    schedulesDeclared: `${prefix}schedules-declared`,
    /** LIST, the fire log of a schedule (JSON), newest first, their numbers without a gap. Bounded. */
    fires: (id: string) => `${prefix}fires:${id}`,
    /** ZSET. Member: schedule. Score: when it is looked at, Unix ms; 0: as soon as may be. */
    alarms: `${prefix}alarms`,
    /** HASH, a flow; see `lua/includes/links.lua`. */
    flow: (id: string) => `${prefix}flow:${id}`,
    /** ZSET of flows, of one company or of all. Score: created, Unix ms. */
    flows: (company?: string) => `${prefix}flows${company === undefined ? '' : `:${company}`}`,
    /** HASH, a job: d definition (JSON), v how often it was written, lr its newest run, a flow. */
    job: (id: string) => `${prefix}job:${id}`,
    /** ZSET of jobs by name, of one company or of all. Member: `<name, lower case>\0<id>`. Scores are 0. */
    jobs: (company?: string) => `${prefix}jobs${company === undefined ? '' : `:${company}`}`,
    /** HASH `<company>\0<name>` → id of the job. */
    jobNames: `${prefix}job-names`,
    /** ZSET of flows that are runs of jobs, of one company or of all. Score: created, Unix ms. */
    jobRuns: (company?: string) => `${prefix}job-runs${company === undefined ? '' : `:${company}`}`,
    /** The same, of one job. */
    jobRunsOf: (job: string) => `${prefix}job-runs-of:${job}`,
    /** SET of `<queue>:<id>`: tasks that wait for this one. Goes when it has ended. */
    after: (id: string) => `${prefix}after:${id}`,
    /** STRING, the worker that has the alarm clock, then ` busy` if he is. Expires unless he goes on asking. */
    clock: `${prefix}clock`,
    /** SET of ids: tasks that have a slot of a key, where keys are bound; see `lua/includes/slots.lua`. */
    slots: (queue: string, key: string) => `${prefix}slots:${queue}:${key}`,
    /** ZSET of ids: tasks that are ready, while their key has no slot for them. Score: their place in line. */
    held: (queue: string, key: string) => `${prefix}held:${queue}:${key}`,
    /** HASH key → how many are held; '' → how many in all. */
    heldCounts: (queue: string) => `${prefix}held:${queue}`,
    /** ZSET, whose turn it is among keys; see `lua/includes/line.lua`. Goes when the queue is empty. */
    rounds: (queue: string) => `${prefix}rounds:${queue}`,
    /** STRING, when the next task of a queue with a rate is expected to begin, Unix µs. Expires a second later. */
    rate: (queue: string) => `${prefix}rate:${queue}`,
    /** STRING, the lock token of the worker that looks when the next task of such a queue may begin. Expires. */
    rateWatch: (queue: string) => `${prefix}rate-watch:${queue}`,
    /** ZSET. A worker waits on its own one beside its queues: any member wakes it. Expires after a minute. */
    wake: (workerId: string) => `${prefix}wake:${workerId}`,
  };
}
