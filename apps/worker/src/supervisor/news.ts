/**
 * What a worker tells its supervisor, over the channel between them.
 *
 * ready    it takes tasks.
 * beat     once a second, by its event loop: without, it hangs.
 * refused  it cannot start, and would not the next time either.
 * retire   it was told to end for good: no other one is to take its place.
 */
export type WorkerNews =
  | { type: 'ready' }
  | {
      type: 'beat';
      /** Resident. */
      memoryMb: number;
      running: number;
      /** Tasks that ended since it started. */
      ended: number;
      /** It has all that it needs to start, but for Redis. */
      isAwaitingRedis: boolean;
      /** Why it takes nothing new and is to be replaced when its tasks are done. */
      tainted?: string | undefined;
    }
  | { type: 'refused' }
  | { type: 'retire' };

/** What a supervisor tells a worker: to take nothing new, since it is replaced. */
export type WorkerOrder = { type: 'quiet' };

/** In the environment of a worker: the id of its supervisor, `<host>-<pid>`. */
export const supervisorVariable = 'DROVER_SUPERVISOR';
