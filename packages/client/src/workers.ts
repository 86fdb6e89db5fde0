import type { WorkerAnswer, WorkerDetails, WorkerInfo, WorkerPatch } from '@drover/core';
import type { CallOptions, Page } from './tasks.ts';
import type { Transport } from './transport.ts';

/**
 * Worker processes. What is asked of one is answered when it acknowledged it, or when it did not in time: then
 * `acknowledged` is false, and it does so as soon as it hears of it.
 */
export type WorkersClient = {
  list(options?: CallOptions): Promise<WorkerInfo[]>;
  /** @throws DroverError worker_unknown */
  get(id: string, options?: CallOptions): Promise<WorkerDetails>;
  /** Takes nothing new; begun tasks go on. @throws DroverError worker_unknown, state_conflict */
  quiet(id: string, options?: CallOptions): Promise<WorkerAnswer>;
  /** Takes tasks again. @throws DroverError worker_unknown, state_conflict */
  resume(id: string, options?: CallOptions): Promise<WorkerAnswer>;
  /** Ends in order; no other one is started in its place. @throws DroverError worker_unknown, state_conflict */
  stop(id: string, options?: CallOptions): Promise<WorkerAnswer>;
  /** @throws DroverError worker_unknown, state_conflict, request_invalid */
  patch(id: string, patch: WorkerPatch, options?: CallOptions): Promise<WorkerAnswer>;
};

export function createWorkers(transport: Transport): WorkersClient {
  const pathOf = (id: string) => `/v1/workers/${encodeURIComponent(id)}`;
  const get = <T>(path: string, { signal }: CallOptions = {}) =>
    transport.send<T>({ method: 'GET', path, repeat: 'always', signal });
  const ask =
    (action: string) =>
    (id: string, { signal }: CallOptions = {}) =>
      transport.send<WorkerAnswer>({ method: 'POST', path: `${pathOf(id)}/${action}`, repeat: 'always', signal });
  return {
    list: async (options) => (await get<Page<WorkerInfo>>('/v1/workers', options)).items,
    get: (id, options) => get(pathOf(id), options),
    quiet: ask('quiet'),
    resume: ask('resume'),
    stop: ask('stop'),
    patch: (id, body, { signal } = {}) =>
      transport.send({ method: 'PATCH', path: pathOf(id), body: JSON.stringify(body), repeat: 'always', signal }),
  };
}
