import { z } from 'zod';
import type { Json } from './json.ts';
import { MethodName, ModelName } from './names.ts';
import type { ItemResults, LogLevel } from './task.ts';
import type { TaskRequestInput } from './task-request.ts';

type LogFields = Record<string, unknown>;

/** Why a task's signal was aborted: it is `signal.reason`. */
export type AbortReason = 'timeout' | 'kill' | 'shutdown' | 'lock_lost';

/** What a running method has at hand. Every method of it also works when a task is run directly, without a cluster. */
export type TaskContext = {
  readonly id: string;
  /** Counted from 1. */
  readonly attempt: number;
  readonly user: string | undefined;
  readonly company: string | undefined;
  readonly tags: readonly string[];
  /** Results of the tasks that it waited for, by key. */
  readonly dependencies: Readonly<Record<string, Json>>;
  /** Aborted on timeout, kill and shutdown; `signal.reason` is an Error whose `name` tells which. */
  readonly signal: AbortSignal;
  readonly log: Record<LogLevel, (message: string, fields?: LogFields) => void>;
  /** The folder that methods may read and write; absolute. */
  readonly dataDir: string;
  /** Tells how far it is: 0 to 100. At most four a second are written; the last one always is. */
  progress(percent: number, message?: string): void;
  /** Remembers a value for the next attempt. Resolved when it is stored. */
  checkpoint(value: Json): Promise<void>;
  /** What the last attempt remembered. */
  readonly lastCheckpoint: Json | undefined;
  /** Tries every item on its own; some failed → outcome `warning`, all failed → an error. */
  each<Item>(
    items: Iterable<Item> | AsyncIterable<Item>,
    run: (item: Item, index: number) => unknown,
    options?: { concurrency?: number; total?: number },
  ): Promise<ItemResults>;
  /** Ends the task as `skipped`. Never returns. */
  skip(reason: string): never;
  /** Ends the task as `info`: there was nothing to do. Never returns. */
  info(message: string): never;
  /** Enqueues another task for the same user and company. Answers its id. */
  enqueue(request: TaskRequestInput): Promise<string>;
};

type Args = z.ZodType<readonly unknown[]>;
type Kwargs = z.ZodType<Record<string, unknown>>;

export type MethodDefinition<A extends Args = Args, K extends Kwargs = Kwargs, R = unknown> = {
  description: string;
  /** Positional arguments: a tuple or an array. Default: none. */
  args?: A;
  /** Named arguments: an object. Default: none. */
  kwargs?: K;
  queue?: string;
  priority?: number;
  timeoutSeconds?: number;
  maxRetries?: number;
  tags?: string[];
  run(input: { args: z.output<A>; kwargs: z.output<K> }, task: TaskContext): R | Promise<R>;
};

/** A method with its defaults and schemas filled in. */
export type Method = Omit<MethodDefinition, 'args' | 'kwargs'> & { args: Args; kwargs: Kwargs };

/** A model. `S` holds how its methods are called, for the compiler only. */
export type Model<S = unknown> = {
  readonly kind: 'drover.model';
  readonly name: string;
  readonly methods: Readonly<Record<string, MethodDefinition>>;
  readonly signatures?: S;
};

type NoArgs = z.ZodTuple<[], null>;
type NoKwargs = z.ZodObject<Record<never, never>, z.core.$strict>;

type MethodOptions = Omit<MethodDefinition, 'args' | 'kwargs' | 'run'>;
type Of<T, M, Fallback> = M extends keyof T ? (unknown extends T[M] ? Fallback : T[M]) : Fallback;
type ArgsOf<A, M> = Extract<Of<A, M, NoArgs>, Args>;
type KwargsOf<K, M> = Extract<Of<K, M, NoKwargs>, Kwargs>;

/** What the author wrote, in three parts, so that the compiler reads the schemas before it types `run` by them. */
type Definitions<A, K, R> = { [M in keyof A]: { args?: A[M] } } & { [M in keyof K]: { kwargs?: K[M] } } & {
  [M in keyof R]: MethodOptions & {
    run(
      input: { args: z.output<ArgsOf<A, M>>; kwargs: z.output<KwargsOf<K, M>> },
      task: TaskContext,
    ): R[M] | Promise<R[M]>;
  };
};

/** One method as calls of it look like. */
type Signature<A extends Args, K extends Kwargs, R> = { args: z.input<A>; kwargs: z.input<K>; result: R };

/** What calls of a model look like, by method: the client is typed by it. */
export type Signatures<T> = T extends Model<infer S> ? S : never;

/**
 * Declares a model and its methods.
 *
 * @throws ZodError when a name is not allowed.
 */
export function defineModel<A, K, R>(
  name: string,
  methods: Definitions<A, K, R>,
): Model<{ [M in keyof R]: Signature<ArgsOf<A, M>, KwargsOf<K, M>, R[M]> }> {
  ModelName.parse(name);
  for (const method of Object.keys(methods)) MethodName.parse(method);
  return {
    kind: 'drover.model',
    name,
    methods: methods as Record<string, unknown> as Record<string, MethodDefinition>,
  };
}

const noArgs: NoArgs = z.tuple([]);
const noKwargs = z.strictObject({}) as NoKwargs;

/** The methods of a model, by full name, with schemas filled in. */
export function methodsOf(model: Model): Map<string, Method> {
  const methods = new Map<string, Method>();
  for (const [name, definition] of Object.entries(model.methods)) {
    methods.set(`${model.name}.${name}`, {
      ...definition,
      args: definition.args ?? noArgs,
      kwargs: definition.kwargs ?? noKwargs,
    });
  }
  return methods;
}

export function isModel(value: unknown): value is Model {
  return typeof value === 'object' && value !== null && (value as { kind?: unknown }).kind === 'drover.model';
}
