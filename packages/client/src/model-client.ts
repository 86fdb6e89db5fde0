import type { Model, Signatures, Task, TaskRequestInput } from '@drover/core';
import { DroverError } from './drover-error.ts';
import type { EnqueueOptions, TasksClient, WaitOptions } from './tasks.ts';

type Options = Omit<TaskRequestInput, 'model' | 'method' | 'args' | 'kwargs'>;
type Signature = { args: unknown; kwargs: unknown; result: unknown };
type Called<S> = S extends Signature ? S : never;

/** What a method may be left without, the caller may leave out. */
type Input<S extends Signature> = Options &
  ([] extends S['args'] ? { args?: S['args'] } : { args: S['args'] }) &
  (Record<never, never> extends S['kwargs'] ? { kwargs?: S['kwargs'] } : { kwargs: S['kwargs'] });

type InputOf<T, M extends keyof Signatures<T>> = Input<Called<Signatures<T>[M]>>;
type ResultOf<T, M extends keyof Signatures<T>> = Called<Signatures<T>[M]>['result'];

/** A task whose result is known by type, as JSON carries it. */
export type TypedTask<R> = Omit<Task, 'result'> & { result: R | null };

/** A model's methods, typed by its definition. */
export type ModelClient<T extends Model> = {
  /** Enqueues a call and answers its task. */
  enqueue<M extends keyof Signatures<T> & string>(
    method: M,
    input: InputOf<T, M>,
    options?: EnqueueOptions,
  ): Promise<TypedTask<ResultOf<T, M>>>;
  /**
   * Enqueues a call, waits for its end, and answers what the method returned.
   * @throws DroverError task_failed when the task ended badly, was cancelled, or needs a person.
   */
  call<M extends keyof Signatures<T> & string>(
    method: M,
    input: InputOf<T, M>,
    options?: EnqueueOptions & WaitOptions,
  ): Promise<ResultOf<T, M>>;
};

export function createModelClient<T extends Model>(model: string, tasks: TasksClient): ModelClient<T> {
  const requestOf = (method: string, input: Options) => ({ ...input, model, method }) as TaskRequestInput;
  return {
    enqueue: async (method, input, options) =>
      (await tasks.enqueue(requestOf(method, input), options)) as TypedTask<never>,
    call: async (method, input, options) => {
      const enqueued = await tasks.enqueue(requestOf(method, input), options);
      const task = await tasks.waitFor(enqueued.id, options);
      if (task.state === 'done') return task.result as never;
      const reason = task.error?.message ?? task.message ?? task.outcome ?? 'a person must decide';
      throw new DroverError('task_failed', `task ${task.id} is in state "${task.state}": ${reason}`, { task });
    },
  };
}
