import { EndRequest, killMessage } from './end-request.ts';
import { brokenEnding, type Ending, type TakenTask, unreadableEnding } from './ending.ts';
import type { Outbox } from './outbox.ts';
import type { Taken } from './take.ts';
import { type TaskHands, type TaskHandsParts, taskHands } from './task-hands.ts';

/** What became of a task that was to be killed; `gone`: this attempt is not here, or ended in another way. */
export type Killed = 'ended' | 'killed' | 'gone';

/** `begunAt`: by the clock that measures how long things last. `killers` hear of its end when it is recorded. */
type Running = {
  task: TakenTask;
  asked: EndRequest;
  begunAt: number;
  isEnded: boolean;
  killers?: ((killed: Killed) => void)[];
  killMessage?: string;
};

export type RunningTasksParts = {
  execute: (task: TakenTask, hands: TaskHands) => Promise<Ending>;
  outbox: Outbox;
  hands: TaskHandsParts;
  /** A slot became free, or there is room in the outbox. */
  onFreed: () => void;
  onLost: (task: TakenTask) => void;
  onError: (error: Error) => void;
};

const lookEveryMs = 500;

/** The tasks that run in this process, from the moment at which they were taken until their end goes to the outbox. */
export class RunningTasks {
  readonly #parts: RunningTasksParts;
  readonly #running = new Map<string, Running>();
  #drained: (() => void) | undefined;

  constructor(parts: RunningTasksParts) {
    this.#parts = parts;
  }

  get count(): number {
    return this.#running.size;
  }

  tasks(): TakenTask[] {
    return [...this.#running.values()].map(({ task }) => task);
  }

  begin({ task, unreadable }: Taken): void {
    const running: Running = { task, asked: new EndRequest(), begunAt: performance.now(), isEnded: false };
    if (unreadable !== undefined) {
      this.#end(running, unreadableEnding(unreadable));
      return;
    }
    // We may meet a task again that we run already, when our own lock on it was lost: what is new counts.
    this.lose(task.id);
    this.#running.set(task.id, running);
    const { execute, hands, onError } = this.#parts;
    const run = () => execute(task, taskHands(hands, running));
    (task.attempt === 1 ? run() : this.#unlessKilled(task, run)).then(
      (ending) => this.#end(running, ending),
      (thrown: unknown) => {
        const cause = thrown instanceof Error ? thrown : new Error('what was thrown is no error');
        onError(cause);
        this.#end(running, brokenEnding(cause));
      },
    );
  }

  /** Who was to kill the attempt before may have died, or handed it back without hearing of it. Then it does not run again. */
  async #unlessKilled(task: TakenTask, run: () => Promise<Ending>): Promise<Ending> {
    const { redis, keys } = this.#parts.hands;
    const order = await redis.hget(`${keys.bullPrefix}:${task.queue}:${task.id}`, 'ko').catch(() => null);
    const [, attempt, reason = ''] = /^(\d+) (.*)$/s.exec(order ?? '') ?? [];
    if (Number(attempt) !== task.attempt - 1) return run();
    return { kind: 'end', outcome: 'cancelled', message: killMessage(reason), isUntried: true };
  }

  /** Our lock on it is lost: another worker may have it. */
  lose(id: string): void {
    this.#running.get(id)?.asked.ask('lock_lost');
  }

  /** Asks a task that runs here to end, if it is still this attempt. Resolves when its end is recorded. */
  kill(id: string, attempt: number, message: string): Promise<Killed> {
    const running = this.#running.get(id);
    if (running?.task.attempt !== attempt) return Promise.resolve('gone');
    return new Promise((resolve) => {
      running.killers = [...(running.killers ?? []), resolve];
      running.killMessage ??= message;
      running.asked.ask('kill', message);
    });
  }

  /** Resolves when no task is running, or after `timeoutMs`. */
  async drained(timeoutMs: number): Promise<boolean> {
    const until = Date.now() + timeoutMs;
    while (this.count > 0 && Date.now() < until) {
      await new Promise<void>((resolve) => {
        const timer = setTimeout(resolve, Math.min(until - Date.now(), lookEveryMs));
        this.#drained = () => {
          clearTimeout(timer);
          resolve();
        };
      });
    }
    return this.count === 0;
  }

  /** Asks all running tasks to end; what does not in `timeoutMs` is given back as it is. */
  async release(timeoutMs: number): Promise<void> {
    for (const { asked } of this.#running.values()) asked.ask('shutdown');
    if (await this.drained(timeoutMs)) return;
    for (const running of [...this.#running.values()]) {
      this.#end(running, { kind: 'return', message: 'handed back: the worker was stopped and the method went on' });
    }
  }

  /** Only the first end of an execution counts: what was given up may still return some day. */
  #end(running: Running, came: Ending): void {
    if (running.isEnded) return;
    running.isEnded = true;
    const { task } = running;
    const ending = running.killMessage === undefined ? came : killedEnding(came, running.killMessage);
    const { outbox, onFreed, onLost, onError } = this.#parts;
    if (this.#running.get(task.id) === running) this.#running.delete(task.id);
    this.#drained?.();
    onFreed();
    // By the clock of Redis, as its beginning is: that of this machine may be wrong. Rounded up, it could be later than
    // the moment at which Redis writes it down.
    const endedAt = task.startedAt + Math.floor(performance.now() - running.begunAt);
    outbox.finish({ task, ending, endedAt }).then(
      (finished) => {
        const isOurs = finished !== 'not-ours';
        if (!isOurs) onLost(task);
        for (const tell of running.killers ?? []) tell(isOurs ? killedOf(ending) : 'gone');
        onFreed();
      },
      (error: Error) => onError(error),
    );
  }
}

/** A task that was to be killed runs no more, though it was to end for another reason first. */
function killedEnding(ending: Ending, message: string): Ending {
  switch (ending.kind) {
    case 'retry':
    case 'return':
    case 'postpone':
      return { kind: 'end', outcome: 'cancelled', message, killed: 'ended' };
    case 'end':
    case 'attention':
      return ending;
    default:
      return ending satisfies never;
  }
}

function killedOf(ending: Ending): Killed {
  return ending.kind === 'end' ? (ending.killed ?? 'gone') : 'gone';
}
