import { z } from 'zod';
import type { DeclaredSchedule } from './declared-schedule.ts';
import type { DependencyFailure } from './flow.ts';
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
  /** Those of them that did not end well, and were not to stop this one; their result is null. */
  readonly failures: Readonly<Record<string, DependencyFailure>>;
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

/**
 * How single tasks become one: those that a worker has taken are gathered, and done by one call of another method. Each
 * of them ends as `done`, outcome `merged`, with its own item's result, as soon as that is known. One whose item failed
 * fails on its own, and its retries run alone.
 */
export type BatchDefinition = {
  /**
   * The method of the same model that does many, not isolated. It gets a list of items and goes through it with
   * `task.each`: these items, no copies of them; or it returns what that does, in the same order. Its log lines go to the
   * tasks of the items; checkpoints are not kept, for its tasks may come together differently the next time.
   */
  into: string;
  /** At most so many in one call. */
  maxItems: number;
  /** The first one waits at most so long for others, seconds. */
  maxWaitSeconds: number;
  /** Fewer run one by one. Default 10. */
  minItems?: number;
  /**
   * What stands in the list for a task; one for which it throws fails by itself. Default: its named arguments if it has
   * any, else its first argument.
   */
  item?(input: { args: readonly unknown[]; kwargs: Record<string, unknown> }, task: { id: string }): unknown;
  /** The named argument of `into` that takes the list. Default: it is the first argument. */
  itemsIn?: string;
};

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
  /** Its result, ids or records, is what the lines of a job after it get: a template for filters. Default: no. */
  isFilter?: boolean;
  /**
   * Runs in a process of its own, which is killed for certain: an endless loop, `process.exit`, a crash or too much memory
   * cost that process only. With `memoryMb`: a bound of its memory, MB, at least 16. Default: no, it runs in the
   * worker's process.
   */
  isolated?: boolean | { memoryMb: number };
  /** Single tasks of this method that wait are done by one call of another method. Default: no. */
  batch?: BatchDefinition;
  /** It is not begun while the disk is nearly full. Default: no. */
  needsDisk?: boolean;
  /** It frees disk: a worker whose disk is nearly full runs it, without arguments. Default: no. */
  isCleanUp?: boolean;
  /** Cleans up after a kill, within a few seconds. What it throws is logged; the task ends as cancelled all the same. */
  onCancel?(
    input: { args: z.output<A>; kwargs: z.output<K> },
    task: Pick<TaskContext, 'id' | 'attempt' | 'user' | 'company' | 'tags' | 'log' | 'dataDir' | 'lastCheckpoint'>,
  ): unknown;
  run(input: { args: z.output<A>; kwargs: z.output<K> }, task: TaskContext): R | Promise<R>;
};

/** A method with its defaults and schemas filled in. */
export type Method = Omit<MethodDefinition, 'args' | 'kwargs'> & { args: Args; kwargs: Kwargs };

/** A model. `S` holds how its methods are called, for the compiler only. */
export type Model<S = unknown> = {
  readonly kind: 'drover.model';
  readonly name: string;
  readonly methods: Readonly<Record<string, MethodDefinition>>;
  readonly schedules: readonly DeclaredSchedule[];
  readonly signatures?: S;
};

type NoArgs = z.ZodTuple<[], null>;
type NoKwargs = z.ZodObject<Record<never, never>, z.core.$strict>;

type MethodOptions = Omit<MethodDefinition, 'args' | 'kwargs' | 'run' | 'onCancel'>;
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
    onCancel?: MethodDefinition<ArgsOf<A, M>, KwargsOf<K, M>>['onCancel'];
  };
};

/** One method as calls of it look like. */
type Signature<A extends Args, K extends Kwargs, R> = { args: z.input<A>; kwargs: z.input<K>; result: R };

/** What calls of a model look like, by method: the client is typed by it. */
export type Signatures<T> = T extends Model<infer S> ? S : never;

/** What a model has beside its methods. */
export type ModelExtras<Method extends string> = {
  /** Schedules of its methods. They are there while a worker has the model; what people edit of them is kept. */
  schedules?: DeclaredSchedule<Method>[];
};

/**
 * Declares a model and its methods.
 *
 * @throws ZodError when a name is not allowed.
 */
export function defineModel<A, K, R>(
  name: string,
  methods: Definitions<A, K, R>,
  { schedules = [] }: ModelExtras<NoInfer<keyof R & string>> = {},
): Model<{ [M in keyof R]: Signature<ArgsOf<A, M>, KwargsOf<K, M>, R[M]> }> {
  ModelName.parse(name);
  for (const method of Object.keys(methods)) MethodName.parse(method);
  return {
    kind: 'drover.model',
    name,
    methods: methods as Record<string, unknown> as Record<string, MethodDefinition>,
    schedules,
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
