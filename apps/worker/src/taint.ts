import type { TakenTask } from '@drover/broker';

/**
 * A method that goes on after it was given up may hold on to anything: memory, the event loop, what it writes to. So its
 * worker takes nothing new, and ends when its other tasks are done. Its supervisor starts another one in its place; where
 * there is none, the worker ends by itself, as failed, for whoever starts it again.
 */
export type TaintParts = {
  /** Takes nothing new from now on. */
  pause: (why: string) => Promise<void>;
  running: () => number;
  hasSupervisor: boolean;
  /** Ends the process as failed. */
  fail: (error: Error) => void;
  /** `what`: which task of which method; `why` names none, as everybody sees it. */
  onTainted: (why: string, what: Pick<TakenTask, 'id' | 'fullName'>) => void;
};

export type Taint = {
  /** What happened; undefined: the worker is well. */
  readonly why: string | undefined;
  by(task: Pick<TakenTask, 'id' | 'fullName'>): void;
};

const lookEveryMs = 250;

export function createTaint({ pause, running, hasSupervisor, fail, onTainted }: TaintParts): Taint {
  let why: string | undefined;
  return {
    get why() {
      return why;
    },
    by({ id, fullName }) {
      if (why !== undefined) return;
      const reason = 'a method went on after it was given up';
      why = reason;
      onTainted(reason, { id, fullName });
      pause('tainted').catch(fail);
      if (hasSupervisor) return;
      const look = setInterval(() => {
        // Not in the turn in which it was given up: that task is still to end.
        if (running() > 0) return;
        clearInterval(look);
        fail(new Error(`tainted: ${fullName} of ${id} went on after it was given up`));
      }, lookEveryMs);
    },
  };
}
