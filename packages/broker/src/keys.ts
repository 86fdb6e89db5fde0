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
     * lines dropped, sq its row in the index, x1, x2, … executions (see `execution-record.ts`).
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
    /** LIST of requests to a worker (JSON): `{kind: 'kill', id, attempt, reason}`. Expires after a minute. */
    control: (workerId: string) => `${prefix}control:${workerId}`,
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
    /** ZSET. A worker waits on its own one beside its queues: any member wakes it. Expires after a minute. */
    wake: (workerId: string) => `${prefix}wake:${workerId}`,
  };
}
