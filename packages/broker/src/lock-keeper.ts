import type { TakenTask } from './ending.ts';
import type { Keys } from './keys.ts';
import type { RunScript } from './scripts.ts';

export type LockKeeperParts = {
  keys: Keys;
  run: RunScript;
  /** What this process locks with. */
  token: string;
  lockMs: number;
  /** Tasks whose locks are kept. */
  running: () => TakenTask[];
  /** Queues that are looked through for tasks whose worker died. */
  queues: () => string[];
  /** The lock went to another worker. */
  onLost: (taskId: string) => void;
  onError: (error: Error) => void;
};

/** Keeps the locks of running tasks alive, and gives back to their queues the tasks whose worker died. */
export class LockKeeper {
  readonly #parts: LockKeeperParts;
  #timer: NodeJS.Timeout | undefined;

  constructor(parts: LockKeeperParts) {
    this.#parts = parts;
  }

  start(): void {
    const everyMs = Math.max(250, Math.floor(this.#parts.lockMs / 3));
    this.#timer = setInterval(() => {
      this.#renew();
      this.#recover(everyMs);
    }, everyMs);
  }

  stop(): void {
    clearInterval(this.#timer);
  }

  #renew(): void {
    const { keys, run, token, lockMs, running, onLost, onError } = this.#parts;
    const tasks = running();
    if (tasks.length === 0) return;
    const args: (string | number)[] = [`${keys.bullPrefix}:`, token, lockMs];
    for (const { queue, id, attempt } of tasks) args.push(queue, id, attempt);
    run('renew', keys.queues, args).then((lost) => {
      for (const id of lost as string[]) onLost(id);
    }, onError);
  }

  #recover(everyMs: number): void {
    const { keys, run, queues, onError } = this.#parts;
    const names = queues();
    if (names.length > 0)
      run('stalled', keys.queues, [keys.prefix, `${keys.bullPrefix}:`, everyMs, ...names]).catch(onError);
  }
}
