import type { ZodError } from 'zod';
import { ClusterError, type Fault } from './cluster-error.ts';
import { outcomeOfResult, runEach } from './each.ts';
import type { Json } from './json.ts';
import { limits } from './limits.ts';
import { type Method, type Model, methodsOf, type TaskContext } from './model.ts';
import type { Outcome } from './state.ts';
import type { LogLevel, LogLine, Progress } from './task.ts';
import { isTaskEnd, TaskEnd } from './task-end.ts';
import type { TaskRequestInput } from './task-request.ts';

/** What a directly run method may be given. Everything has a default but the data folder, which it may not need. */
export type DirectOptions = {
  /** Default: `direct-` and a random part. */
  id?: string;
  /** Default 1. */
  attempt?: number;
  user?: string;
  company?: string;
  tags?: readonly string[];
  dependencies?: Readonly<Record<string, Json>>;
  signal?: AbortSignal;
  /** The folder that the method may read and write; absolute. Default `/nonexistent`: a method that needs one says so. */
  dataDir?: string;
  /** What an earlier attempt remembered. */
  lastCheckpoint?: Json;
  /** Takes what the method enqueues and answers the new task's id. Default: it is only collected. */
  enqueue?: (request: TaskRequestInput) => Promise<string>;
  now?: () => Date;
};

/** What a directly run method did besides returning. */
export type DirectRecord = {
  progress: Progress[];
  /** The newest `limits.logLines`. */
  log: LogLine[];
  /** The last one it took. */
  checkpoint: Json | undefined;
  enqueued: TaskRequestInput[];
};

/** The `task` of a method that runs without a cluster. Progress, log, checkpoints and enqueued tasks are collected. */
export function createDirectContext(options: DirectOptions = {}): { context: TaskContext; record: DirectRecord } {
  const { id = `direct-${crypto.randomUUID()}`, attempt = 1, now = () => new Date() } = options;
  const signal = options.signal ?? new AbortController().signal;
  const record: DirectRecord = { progress: [], log: [], checkpoint: undefined, enqueued: [] };
  const line =
    (level: LogLevel) =>
    (message: string, fields?: Record<string, unknown>): void => {
      const jsonFields = fields === undefined ? {} : { fields: JSON.parse(JSON.stringify(fields)) };
      record.log.push({ at: now().toISOString(), level, attempt, message, ...jsonFields });
      if (record.log.length > limits.logLines) record.log.shift();
    };
  const context: TaskContext = {
    id,
    attempt,
    user: options.user,
    company: options.company,
    tags: options.tags ?? [],
    dependencies: options.dependencies ?? {},
    failures: {},
    signal,
    dataDir: options.dataDir ?? '/nonexistent',
    lastCheckpoint: options.lastCheckpoint,
    log: { debug: line('debug'), info: line('info'), warn: line('warn'), error: line('error') },
    progress(percent, message) {
      record.progress.push({ percent, ...(message === undefined ? {} : { message }) });
      if (record.progress.length > limits.logLines) record.progress.shift();
    },
    async checkpoint(value) {
      record.checkpoint = value;
    },
    each: (items, run, each = {}) =>
      runEach(items, run, { ...each, signal, onProgress: (done, total) => context.progress(...shareOf(done, total)) }),
    skip: (reason) => {
      throw new TaskEnd('skipped', reason);
    },
    info: (message) => {
      throw new TaskEnd('info', message);
    },
    async enqueue(request) {
      record.enqueued.push(request);
      return (await options.enqueue?.(request)) ?? `direct-${record.enqueued.length}`;
    },
  };
  return { context, record };
}

/** The progress that `done` of `total` items make: percent and message. Without a total there is no percentage. */
export function shareOf(done: number, total: number | undefined): [percent: number, message: string] {
  if (total === undefined || total <= 0) return [0, `${done} items`];
  return [Math.min(100, (100 * done) / total), `${done} of ${total}`];
}

export type DirectRun = DirectRecord & { outcome: Outcome; result: unknown; message?: string };

/**
 * Runs a method here and now, without a cluster, as a worker would: arguments are parsed by its schemas, and what it
 * returns decides the outcome.
 *
 * @throws ClusterError method_unknown, args_invalid; and whatever the method throws.
 */
export async function runDirectly(
  model: Model,
  methodName: string,
  call: { args?: readonly unknown[]; kwargs?: Record<string, unknown> } = {},
  options: DirectOptions = {},
): Promise<DirectRun> {
  const method = methodsOf(model).get(`${model.name}.${methodName}`);
  if (method === undefined) {
    throw new ClusterError('method_unknown', `${model.name} has no method "${methodName}"`);
  }
  const input = parseArguments(method, call.args ?? [], call.kwargs ?? {});
  const { context, record } = createDirectContext(options);
  try {
    const result = await method.run(input, context);
    return { ...record, outcome: outcomeOfResult(result), result };
  } catch (error) {
    if (!isTaskEnd(error)) throw error;
    return { ...record, outcome: error.outcome, result: null, message: error.message };
  }
}

/**
 * Checks arguments against a method's schemas and fills in their defaults.
 *
 * @throws ClusterError args_invalid, with every fault as a JSON Pointer below `/args` or `/kwargs`.
 */
export function parseArguments(
  method: Pick<Method, 'args' | 'kwargs'>,
  args: readonly unknown[],
  kwargs: Record<string, unknown>,
): { args: readonly unknown[]; kwargs: Record<string, unknown> } {
  const parsedArgs = method.args.safeParse(args);
  const parsedKwargs = method.kwargs.safeParse(kwargs);
  if (parsedArgs.success && parsedKwargs.success) return { args: parsedArgs.data, kwargs: parsedKwargs.data };
  const faults = [...faultsOf(parsedArgs.error, '/args'), ...faultsOf(parsedKwargs.error, '/kwargs')];
  const detail = faults.map(({ pointer, message }) => `${pointer}: ${message}`).join('; ');
  throw new ClusterError('args_invalid', `the arguments do not fit: ${detail}`, { faults });
}

function faultsOf(error: ZodError | undefined, root: string): Fault[] {
  return (error?.issues ?? []).map((issue) => ({
    pointer: [root, ...issue.path.map((key) => escapePointer(String(key)))].join('/'),
    message: issue.message,
  }));
}

/** RFC 6901: `~` and `/` inside a key. */
function escapePointer(key: string): string {
  return key.replaceAll('~', '~0').replaceAll('/', '~1');
}
