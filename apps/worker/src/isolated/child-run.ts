import { type Json, type Method, PermanentError, parseArguments, type TaskRequestInput } from '@drover/core';
import { returnedOf } from '../returned.ts';
import { type RunContext, taskContext } from '../task-context.ts';
import type { FromProcess, SentCall, ToProcess } from './messages.ts';
import { readThrown, writeThrown } from './thrown.ts';

export type ChildParts = {
  methods: ReadonlyMap<string, Method>;
  dataDir: string;
  say: (message: FromProcess) => void;
  /** Since it was ready, MB. */
  grownMb: () => number;
};

/** What becomes of a task's items is told at most so often: a method that is killed for good tells nothing more. */
const itemsEveryMs = 1_000;

/** One method that runs in an isolated process, or cleans up there. */
export class ChildRun {
  readonly #kind: 'run' | 'cancel';
  readonly #run: number;
  readonly #call: SentCall;
  readonly #parts: ChildParts;
  readonly #context: RunContext;
  readonly #answers = new Map<number, { resolve: (value: string) => void; reject: (error: Error) => void }>();
  #abort: AbortController | undefined;
  #reason: Error | undefined;
  #calls = 0;
  #itemsAt = performance.now();

  constructor({ kind, run, task, waited }: { kind: 'run' | 'cancel'; run: number } & SentCall, parts: ChildParts) {
    this.#kind = kind;
    this.#run = run;
    this.#call = { task, waited };
    this.#parts = parts;
    this.#context = this.#contextOf();
  }

  async begin(): Promise<void> {
    const { say, grownMb } = this.#parts;
    const { close } = this.#context;
    const run = this.#run;
    try {
      const value = await this.#begin();
      // What cannot be kept is told here, where it is thrown.
      returnedOf(value);
      close();
      say({ kind: 'returned', run, value: value as Json, grownMb: grownMb() });
    } catch (error) {
      this.#tellItems();
      close();
      say({ kind: 'thrown', run, thrown: writeThrown(error), grownMb: grownMb() });
    }
  }

  abort({ run, name, message }: { run: number; name: string; message: string }): void {
    if (run !== this.#run || this.#reason !== undefined) return;
    this.#reason = Object.assign(new Error(message), { name });
    this.#abort?.abort(this.#reason);
  }

  answer({ run, call, value = '', thrown }: Extract<ToProcess, { kind: 'answer' }>): void {
    if (run !== this.#run) return;
    const asked = this.#answers.get(call);
    this.#answers.delete(call);
    if (thrown === undefined) asked?.resolve(value);
    else asked?.reject(readThrown(thrown));
  }

  #begin(): unknown {
    const { task, waited } = this.#call;
    const method = this.#parts.methods.get(task.fullName);
    if (method === undefined) {
      throw new PermanentError(`${task.fullName} is isolated, and the model is not one that MODULES can load`);
    }
    const { args, kwargs } = waited.input ?? task.envelope;
    const input = parseArguments(method, args, kwargs);
    const { context } = this.#context;
    return this.#kind === 'run' ? method.run(input, context) : method.onCancel?.(input, context);
  }

  #contextOf(): RunContext {
    const { task, waited } = this.#call;
    const { say, dataDir } = this.#parts;
    const run = this.#run;
    const signal = () => this.#signal();
    const hands = {
      asked: {
        get signal() {
          return signal();
        },
      },
      log: (line: Parameters<Hands['log']>[0]) => say({ kind: 'log', run, line }),
      progress: (progress: Parameters<Hands['progress']>[0]) => {
        if (performance.now() - this.#itemsAt >= itemsEveryMs) this.#tellItems();
        say({ kind: 'progress', run, progress });
      },
      checkpoint: async (value: Json) => {
        await this.#ask((call) => ({ kind: 'checkpoint', run, call, value }));
      },
    };
    const enqueue = (request: TaskRequestInput) => this.#ask((call) => ({ kind: 'enqueue', run, call, request }));
    return taskContext({ dataDir, enqueue }, task, hands, waited);
  }

  /** Made when a method looks at it: most never do. */
  #signal(): AbortSignal {
    this.#abort ??= new AbortController();
    if (this.#reason !== undefined) this.#abort.abort(this.#reason);
    return this.#abort.signal;
  }

  #ask(question: (call: number) => FromProcess): Promise<string> {
    const call = ++this.#calls;
    return new Promise((resolve, reject) => {
      this.#parts.say(question(call));
      this.#answers.set(call, { resolve, reject });
    });
  }

  #tellItems(): void {
    const items = this.#context.itemsSoFar();
    this.#itemsAt = performance.now();
    if (items !== undefined) this.#parts.say({ kind: 'items', run: this.#run, items });
  }
}

type Hands = Parameters<typeof taskContext>[2];
