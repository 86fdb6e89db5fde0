import type { TakenTask, TaskHands } from '@drover/broker';
import {
  ClusterError,
  type ItemResults,
  type Json,
  type LogLevel,
  limits,
  type Progress,
  runEach,
  shareOf,
  type TaskContext,
  TaskEnd,
  type TaskRequestInput,
} from '@drover/core';
import { nothing, type Waited } from './dependencies.ts';
import { cut } from './error-record.ts';

export type ContextParts = {
  dataDir: string;
  enqueue: (request: TaskRequestInput, parent: TakenTask) => Promise<string>;
};

/** What the context of a method writes with. */
export type ContextHands = Pick<TaskHands, 'log' | 'progress' | 'checkpoint'> & { asked: { signal: AbortSignal } };

/** What a running method has at hand, and what is known of it from outside. */
export type RunContext = {
  context: TaskContext;
  /** What became of the items of the `each` that began last; undefined where there was none. */
  itemsSoFar(): ItemResults | undefined;
  /** Sends the last progress, and drops what comes later. */
  close(): void;
};

/** The context of a method that runs in a worker. */
export function taskContext(
  { dataDir, enqueue }: ContextParts,
  task: TakenTask,
  hands: ContextHands,
  { dependencies, failures }: Waited = nothing,
): RunContext {
  const progress = new ProgressThrottle(hands.progress);
  let isOpen = true;
  let soFar: (() => ItemResults) | undefined;
  const line =
    (level: LogLevel) =>
    (message: string, fields?: Record<string, unknown>): void => {
      if (isOpen)
        hands.log({ at: new Date().toISOString(), level, attempt: task.attempt, ...bounded(message, fields) });
    };
  const context: TaskContext = {
    id: task.id,
    attempt: task.attempt,
    user: task.envelope.user,
    company: task.envelope.company,
    tags: task.envelope.tags,
    dependencies,
    failures,
    get signal() {
      return hands.asked.signal;
    },
    dataDir,
    lastCheckpoint: task.lastCheckpoint,
    log: { debug: line('debug'), info: line('info'), warn: line('warn'), error: line('error') },
    progress: (percent, message) => progress.tell(percent, message),
    checkpoint: (value) => hands.checkpoint(checkpointOf(value)),
    each: (items, run, options = {}) =>
      runEach(items, run, {
        ...options,
        signal: hands.asked.signal,
        onBegin: (read) => {
          soFar = read;
        },
        onProgress: (done, total) => progress.tell(...shareOf(done, total)),
      }),
    skip(reason) {
      throw new TaskEnd('skipped', cut(reason, limits.errorMessageBytes));
    },
    info(message) {
      throw new TaskEnd('info', cut(message, limits.errorMessageBytes));
    },
    enqueue: (request) => enqueue(request, task),
  };
  return {
    context,
    itemsSoFar: () => soFar?.(),
    close() {
      isOpen = false;
      progress.close();
    },
  };
}

/** A log line's text and fields, within their bound together. */
export function bounded(
  message: string,
  fields?: Record<string, unknown>,
): { message: string; fields?: Record<string, Json> } {
  const text = cut(String(message), limits.logLineBytes);
  if (fields === undefined) return { message: text };
  let encoded: string;
  try {
    encoded = JSON.stringify(fields) ?? '{}';
    // Some give a value, or a list of them.
    if (!encoded.startsWith('{')) encoded = `{"value":${encoded}}`;
  } catch {
    return { message: text, fields: { unreadable: 'the fields cannot be written as JSON' } };
  }
  const left = limits.logLineBytes - Buffer.byteLength(text);
  if (Buffer.byteLength(encoded) <= left) return { message: text, fields: JSON.parse(encoded) };
  // A quote in it takes two bytes in the end, and the name of the field takes some.
  const shown = Math.floor((left - Buffer.byteLength('{"cut":""}')) / 2);
  return left < 100 ? { message: text } : { message: text, fields: { cut: cut(encoded, shown) } };
}

export function checkpointOf(value: Json): Json {
  const bytes = Buffer.byteLength(JSON.stringify(value) ?? 'null');
  if (bytes <= limits.checkpointBytes) return value ?? null;
  throw new ClusterError(
    'args_too_large',
    `a checkpoint of ${bytes} bytes is too large: at most ${limits.checkpointBytes}`,
  );
}

/** Lets a few a second through; the last one always gets out. */
class ProgressThrottle {
  readonly #send: (progress: Progress) => void;
  readonly #everyMs = 1_000 / limits.progressPerSecond;
  #last: Progress | undefined;
  #timer: NodeJS.Timeout | undefined;
  #sentAt = 0;
  #isOpen = true;

  constructor(send: (progress: Progress) => void) {
    this.#send = send;
  }

  tell(percent: number, message?: string): void {
    if (!this.#isOpen) return;
    const inRange = Math.min(100, Math.max(0, Number.isFinite(percent) ? percent : 0));
    this.#last = {
      percent: Math.round(inRange * 10) / 10,
      ...(message === undefined ? {} : { message: message.slice(0, limits.progressMessageLength) }),
    };
    const waitMs = this.#sentAt + this.#everyMs - Date.now();
    if (waitMs <= 0) this.#flush();
    else this.#timer ??= setTimeout(() => this.#flush(), waitMs);
  }

  close(): void {
    this.#flush();
    this.#isOpen = false;
  }

  #flush(): void {
    clearTimeout(this.#timer);
    this.#timer = undefined;
    if (this.#last === undefined) return;
    this.#send(this.#last);
    this.#last = undefined;
    this.#sentAt = Date.now();
  }
}
