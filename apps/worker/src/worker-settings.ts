import { Settings } from '@drover/runtime';

/** Of one worker process; its supervisor reads them too, so that a fault is told once, before any worker starts. */
export const WorkerSettings = Settings.pick({
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
  MEMORY_PERCENT: true,
  CPU_PERCENT: true,
  DISK_PERCENT: true,
}).extend({ REDIS_URL: Settings.shape.REDIS_URL.unwrap(), LOCK_SECONDS: Settings.shape.LOCK_SECONDS });

/**
 * How long a worker may take to end, ms: its grace period, and what it needs beside it. It ends itself before; what is
 * still there then is killed, by its supervisor or, without one, by a thread of its own.
 */
export function endLimitMs(graceSeconds: number): number {
  return graceSeconds * 1_000 + 15_000;
}
