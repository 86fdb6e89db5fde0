import type { ItemResults, TaskRequestInput } from '@drover/core';
import { GivenUp } from '../given-up.ts';
import { type Returned, returnedOf } from '../returned.ts';
import { type Call, isForGood, type Place, timerMaxMs } from '../running.ts';
import { bounded, type ContextParts, checkpointOf } from '../task-context.ts';
import type { IsolatedProcess } from './isolated-process.ts';
import { IsolatedProcesses, type ProcessesOptions } from './isolated-processes.ts';
import type { FromProcess, LoadRequest } from './messages.ts';
import { readThrown, writeThrown } from './thrown.ts';

export type IsolationParts = Pick<ContextParts, 'enqueue'> &
  Omit<LoadRequest, 'memoryMb'> & {
    /** How long a method may go on after a timeout, ms. After a kill it is shorter: killing is safe here. */
    graceMs: number;
    processes?: ProcessesOptions;
  };

/** Runs methods in processes of their own. Each ends for certain: it is asked to, then killed. */
export type Isolation = Place & { stop(): void };

/** So that a kill, which is heard within a second, is over within two, whatever the method does. */
const killGraceMs = 500;
/** Processes that are tried when one after the other ends before it has begun with a method. */
const handOversMax = 3;

export function createIsolation({ graceMs, enqueue, processes: options, ...request }: IsolationParts): Isolation {
  const processes = new IsolatedProcesses(request, options);
  return {
    // The time of the task begins when there is a process for it.
    begin(call) {
      const run = new IsolatedRun('run', call, { processes, enqueue, graceMs });
      const done = run.done();
      return { done, hasBegun: () => run.hasBegun, itemsSoFar: () => run.items, close: () => undefined };
    },
    cancel: (call) => new IsolatedRun('cancel', call, { processes, enqueue, graceMs: 0 }).done(),
    stop: () => processes.stop(),
  };
}

type RunParts = Pick<IsolationParts, 'enqueue' | 'graceMs'> & { processes: IsolatedProcesses };

/** One call of an isolated method. */
class IsolatedRun {
  readonly #kind: 'run' | 'cancel';
  readonly #call: Call;
  readonly #parts: RunParts;
  /** What it told of its items last. */
  items: ItemResults | undefined;
  hasBegun = false;
  #timer: NodeJS.Timeout | undefined;
  #isKilled = false;
  /** Why its process has gone. */
  #gone: Error | undefined;

  constructor(kind: 'run' | 'cancel', call: Call, parts: RunParts) {
    this.#kind = kind;
    this.#call = call;
    this.#parts = parts;
  }

  async done(): Promise<Returned> {
    const { asked } = this.#call.hands;
    const { processes } = this.#parts;
    for (let left = handOversMax; ; left -= 1) {
      const process = await this.#process();
      try {
        const returned = await this.#runIn(process);
        if (asked.reason !== undefined && isForGood(asked.reason)) throw asked.reason;
        return returned;
      } catch (error) {
        // It ended by itself before it began with the method: another one may.
        if (this.hasBegun || error !== this.#gone || left === 1) throw error;
      } finally {
        clearTimeout(this.#timer);
        asked.onAsk(undefined);
        process.listener = undefined;
        processes.giveBack(process);
      }
    }
  }

  #process(): Promise<IsolatedProcess> {
    const { method, hands } = this.#call;
    return this.#parts.processes.take({
      memoryMb: typeof method.isolated === 'object' ? method.isolated.memoryMb : undefined,
      onWait: (stop) => hands.asked.onAsk(stop),
      // Who killed a task waits for its clean-up.
      isUrgent: this.#kind === 'cancel',
    });
  }

  #runIn(process: IsolatedProcess): Promise<Returned> {
    const { task, waited, hands } = this.#call;
    process.runs += 1;
    const run = process.runs;
    return new Promise((resolve, reject) => {
      process.listener = {
        onMessage: (message) => {
          if (!('run' in message) || message.run !== run) return;
          if (message.kind !== 'returned' && message.kind !== 'thrown') return this.#hear(message, process, run);
          process.grownMb = message.grownMb;
          if (message.kind === 'thrown') return reject(readThrown(message.thrown));
          try {
            resolve(returnedOf(message.value ?? null));
          } catch (error) {
            reject(error);
          }
        },
        onGone: (why) => {
          this.#gone = why;
          reject(this.#isKilled ? new GivenUp('its process was killed') : why);
        },
      };
      process.send({ kind: this.#kind, run, task, waited });
      const timeoutMs = task.envelope.timeoutSeconds * 1_000;
      this.#timer = setTimeout(() => hands.asked.ask('timeout'), Math.min(timeoutMs, timerMaxMs));
      hands.asked.onAsk(({ name, message }) => {
        process.send({ kind: 'abort', run, name, message });
        this.#killLater(process, name === 'kill' ? Math.min(killGraceMs, this.#parts.graceMs) : this.#parts.graceMs);
      });
    });
  }

  #killLater(process: IsolatedProcess, graceMs: number): void {
    clearTimeout(this.#timer);
    this.#timer = setTimeout(() => {
      this.#isKilled = true;
      process.kill();
    }, graceMs);
  }

  #hear(
    message: Exclude<FromProcess, { kind: 'ready' | 'unfit' | 'returned' | 'thrown' }>,
    process: IsolatedProcess,
    run: number,
  ): void {
    const { task, hands } = this.#call;
    switch (message.kind) {
      case 'begun':
        this.hasBegun = true;
        return;
      case 'log': {
        const { at, level, message: text, fields } = message.line;
        hands.log({ at, level, attempt: task.attempt, ...bounded(text, fields) });
        return;
      }
      case 'progress':
        hands.progress(message.progress);
        return;
      case 'items':
        this.items = message.items;
        return;
      case 'checkpoint':
        answer(process, { run, call: message.call }, async () => hands.checkpoint(checkpointOf(message.value ?? null)));
        return;
      case 'enqueue':
        answer(process, { run, call: message.call }, () =>
          this.#parts.enqueue(message.request as TaskRequestInput, task),
        );
        return;
      default:
        message satisfies never;
    }
  }
}

function answer(process: IsolatedProcess, to: { run: number; call: number }, work: () => Promise<unknown>): void {
  work().then(
    (value) => process.send({ kind: 'answer', ...to, value: typeof value === 'string' ? value : '' }),
    (error: unknown) => process.send({ kind: 'answer', ...to, thrown: writeThrown(error) }),
  );
}
