/**
 * Every Redis name of Drover, with its type, members and life. All of a shard carry one hash tag, so that they lie on
 * one node of a Redis Cluster and one script may touch them all. Names below `q:` are BullMQ's own.
 */
export type Keys = ReturnType<typeof keysOf>;

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
     * HASH, the ledger's record of a task; begun with its first execution, complete when it ended, then expires.
     * q queue, n full method name, d envelope, t created (Unix ms), p priority, s state, o outcome, f finished (Unix
     * ms), r result, e error, m message, a retries, pr progress, ra asked run time (Unix ms), cp checkpoint, ld log
     * lines dropped, x1, x2, … executions (see `execution-record.ts`).
     */
    task: (id: string) => `${prefix}task:${id}`,
    /** LIST of log lines (JSON), oldest first. Expires with the task. */
    log: (id: string) => `${prefix}log:${id}`,
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
    /** Channel: ids of tasks that ended, parted by spaces. */
    endedChannel: `${prefix}ended`,
    /** ZSET. A worker waits on its own one beside its queues: any member wakes it. Expires after a minute. */
    wake: (workerId: string) => `${prefix}wake:${workerId}`,
  };
}
