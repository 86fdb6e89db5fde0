import type { EndRequest, TakenTask, TaskHands } from '@drover/broker';
import type { ItemResults, Method } from '@drover/core';
import type { Waited } from './dependencies.ts';
import { GivenUp } from './given-up.ts';
import { type Returned, returnedOf } from './returned.ts';
import type { RunContext } from './task-context.ts';

/** A method that runs, wherever it does. */
export type Running = {
  /** Rejects with what it threw, with the reason for which it was asked to end, or with GivenUp. */
  done: Returned | Promise<Returned>;
  /** It was called: it may have left something behind. */
  hasBegun(): boolean;
  /** What became of the items of its `each` so far; undefined where there is none. */
  itemsSoFar(): ItemResults | undefined;
  /** It has ended: what comes later is dropped. */
  close(): void;
};

/** One method to be run, with what it is given. */
export type Call = {
  method: Method;
  task: TakenTask;
  hands: TaskHands;
  waited: Waited;
  input: { args: readonly unknown[]; kwargs: Record<string, unknown> };
};

/** Where methods run: in this process, or in one of their own. */
export type Place = {
  begin(call: Call): Running;
  /** Calls the method's `onCancel`. */
  cancel(call: Call): unknown;
};

type HereParts = {
  contextOf: (task: TakenTask, hands: TaskHands, waited?: Waited) => RunContext;
  graceMs: number;
  onGivenUp?: (task: TakenTask) => void;
};

export function isIsolated({ isolated = false }: Method): boolean {
  return isolated !== false;
}

/** This process. */
export function hereWith({ contextOf, graceMs, onGivenUp }: HereParts): Place {
  return {
    begin({ method, task, hands, waited, input }) {
      const { context, itemsSoFar, close } = contextOf(task, hands, waited);
      const since = performance.now();
      let done: Running['done'];
      try {
        const running = method.run(input, context);
        if (isThenable(running)) {
          const leftMs = task.envelope.timeoutSeconds * 1_000 - (performance.now() - since);
          const time = { asked: hands.asked, leftMs, graceMs, onGivenUp: () => onGivenUp?.(task) };
          done = withinTime(Promise.resolve(running), time).then(returnedOf);
        } else done = returnedOf(running);
      } catch (error) {
        done = Promise.reject(error);
      }
      return { done, hasBegun: () => true, itemsSoFar, close };
    },
    async cancel({ method, task, hands, waited, input }) {
      const { context, close } = contextOf(task, hands, waited);
      try {
        await method.onCancel?.(input, context);
      } finally {
        close();
      }
    },
  };
}

/** Query builders and the like begin their work when they are awaited, and are no promises. */
function isThenable(returned: unknown): returned is PromiseLike<unknown> {
  return typeof (returned as { then?: unknown } | null | undefined)?.then === 'function';
}

type Time = { asked: EndRequest; leftMs: number; graceMs: number; onGivenUp: () => void };

/**
 * Waits for a method. When its time is up, or it is to be killed, it is asked to end, and what it then returns counts no
 * more; once the grace is over too, it is no longer waited for.
 */
async function withinTime<T>(running: Promise<T>, { asked, leftMs, graceMs, onGivenUp }: Time): Promise<T> {
  let timer: NodeJS.Timeout | undefined;
  const givenUp = new Promise<never>((_, reject) => {
    const giveUp = () => {
      onGivenUp();
      reject(new GivenUp('it went on after its grace'));
    };
    const giveUpLater = () => {
      clearTimeout(timer);
      timer = setTimeout(giveUp, graceMs).unref();
    };
    const endOfTime = () => {
      asked.ask('timeout');
      giveUpLater();
    };
    timer = setTimeout(endOfTime, Math.min(leftMs, timerMaxMs));
    asked.onAsk((reason) => reason.name === 'kill' && giveUpLater());
  });
  try {
    const result = await Promise.race([running, givenUp]);
    if (asked.reason !== undefined && isForGood(asked.reason)) throw asked.reason;
    return result;
  } finally {
    clearTimeout(timer);
    asked.onAsk(undefined);
  }
}

/** Who is asked to hand its task back may as well finish it. */
export function isForGood({ name }: Error): boolean {
  return name === 'timeout' || name === 'kill';
}

/** A timer beyond 2^31 ms would fire at once. */
export const timerMaxMs = 2 ** 31 - 1;
