import type { DependencyEnd, Json, LogLine, Progress } from '@drover/core';
import type { Redis } from 'ioredis';
import { readDependencies } from './dependencies.ts';
import type { EndRequest } from './end-request.ts';
import type { TakenTask } from './ending.ts';
import type { Keys } from './keys.ts';
import type { Outbox } from './outbox.ts';
import type { RunScript } from './scripts.ts';

/** What an execution writes while it runs. */
export type TaskHands = {
  /** Here the worker asks for `shutdown` and `lock_lost`, and who executes for `timeout`. */
  asked: EndRequest;
  log(line: LogLine): void;
  progress(progress: Progress): void;
  /** Resolves when it is stored; rejects when another worker has the task by now. */
  checkpoint(value: Json): Promise<void>;
  /** What became of the tasks that this one waits for. */
  dependencies(): Promise<DependencyEnd[]>;
  /** Keeps the arguments as it begins with them. Rejects as `checkpoint` does. */
  resolved(input: { args: Json[]; kwargs: Record<string, Json> }): Promise<void>;
};

export type TaskHandsParts = {
  redis: Redis;
  keys: Keys;
  run: RunScript;
  outbox: Outbox;
  /** What this process locks with. */
  token: string;
  onError: (error: Error) => void;
};

export function taskHands(parts: TaskHandsParts, { task, asked }: { task: TakenTask; asked: EndRequest }): TaskHands {
  const { redis, keys, run, outbox, token, onError } = parts;
  const note = (field: 'progress' | 'cp' | 'av', value: unknown) =>
    run('note', `${keys.bullPrefix}:${task.queue}:${task.id}`, [
      token,
      field,
      JSON.stringify(value),
      task.attempt,
      keys.prefix,
      task.id,
    ]);
  const keep = async (field: 'cp' | 'av', value: unknown) => {
    if ((await note(field, value)) === 1) return;
    asked.ask('lock_lost');
    throw asked.reason;
  };
  return {
    asked,
    log: (line) => outbox.log(task, line),
    progress: (progress) => {
      // While Redis is away, the news of now is not worth a place in memory.
      if (redis.status === 'ready') note('progress', progress).catch(onError);
    },
    checkpoint: (value) => keep('cp', value),
    dependencies: () => readDependencies(redis, keys, task.envelope.dependsOn ?? []),
    resolved: (input) => keep('av', input),
  };
}
