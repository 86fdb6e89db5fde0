import { supervisorVariable, type WorkerNews, type WorkerOrder } from './supervisor/news.ts';

const beatMs = 1_000;

/** What a beat tells of the worker. */
export type SupervisedParts = {
  running: () => number;
  /** Tasks that ended since the start. */
  ended: () => number;
  /** It has all that it needs to start, but for Redis. */
  isAwaitingRedis: () => boolean;
  /** Why it takes nothing new and is to be replaced when its tasks are done; undefined: it is well. */
  tainted?: () => string | undefined;
  /** Told when it is to take nothing new, since it is replaced. */
  onQuiet: () => void;
};

/** The supervisor of this worker, as the worker sees it. Without one, nothing happens. */
export type Supervised = {
  /** Undefined: the worker runs alone. */
  readonly id: string | undefined;
  /** Undefined: the worker runs alone. */
  readonly pid: number | undefined;
  /** It takes tasks. */
  ready(): void;
  /** It cannot start, and would not the next time either. */
  refused(): void;
  /** It ends for good: no other one is to take its place. */
  retire(): void;
};

/** Beats from now on, so that a worker that waits for Redis does not count as hung. */
export function supervised(parts: SupervisedParts): Supervised {
  const id = process.send === undefined ? undefined : process.env[supervisorVariable] || undefined;
  const tell = (news: WorkerNews) => {
    // Whoever is gone need not be told: see `endWithParent`.
    if (id !== undefined && process.connected) process.send?.(news, undefined, undefined, () => undefined);
  };
  const beat = () =>
    tell({
      type: 'beat',
      memoryMb: Math.round(process.memoryUsage.rss() / 1_048_576),
      running: parts.running(),
      ended: parts.ended(),
      isAwaitingRedis: parts.isAwaitingRedis(),
      tainted: parts.tainted?.(),
    });
  if (id !== undefined) {
    setInterval(beat, beatMs).unref();
    process.on('message', ({ type }: WorkerOrder) => {
      if (type === 'quiet') parts.onQuiet();
    });
  }
  return {
    id,
    pid: id === undefined ? undefined : Number(id.slice(id.lastIndexOf('-') + 1)),
    ready: () => tell({ type: 'ready' }),
    refused: () => tell({ type: 'refused' }),
    retire: () => tell({ type: 'retire' }),
  };
}
