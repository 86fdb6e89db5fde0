import type {
  ChainRequestInput,
  Flow,
  FlowCancel,
  FlowFilter,
  FlowRequestInput,
  FlowResumed,
  FlowSummary,
} from '@drover/core';
import type { Clock } from './clock.ts';
import { type CallOptions, type EnqueueOptions, enqueueCall, type Page } from './tasks.ts';
import type { Query, Transport } from './transport.ts';
import { waitForFlow } from './wait-for-flow.ts';

export type FlowSearch = FlowFilter & { limit?: number | undefined; cursor?: string | undefined };

export type FlowWaitOptions = CallOptions & {
  /** Give up after this, ms; the flow goes on. Default: never. */
  timeoutMs?: number | undefined;
  /** Waits for those in the background too. Default: not for them. */
  background?: boolean | undefined;
  /** Called with every change that is seen; looks once a second then. */
  onProgress?: ((flow: Flow) => void) | undefined;
};

/** Every call rejects with a DroverError, or with the reason of its signal. */
export type FlowsClient = {
  /**
   * Enqueues all of its tasks, or none; under an idempotency key of this call's own. With `waitSeconds`, answers when all
   * that are not in the background have ended, or the time is up.
   * @throws DroverError flow_invalid, method_unknown, args_invalid: `faults` name the task
   */
  create(request: FlowRequestInput, options?: EnqueueOptions): Promise<Flow>;
  /** Steps in a row: `tasks` come in their order. @throws as `create` */
  chain(request: ChainRequestInput, options?: EnqueueOptions): Promise<Flow>;
  /** With `waitSeconds` (at most 60) the answer is held back as that of `create`. @throws DroverError flow_unknown */
  get(id: string, options?: CallOptions & { waitSeconds?: number | undefined }): Promise<Flow>;
  /** Newest first. A page may be short and still have a next one. */
  list(search?: FlowSearch, options?: CallOptions): Promise<Page<FlowSummary>>;
  /**
   * Answers when all tasks that are not in the background have ended, or nothing but a person moves them on: look at its
   * state and at `attention`.
   * @throws DroverError wait_timeout, flow_unknown
   */
  waitFor(id: string, options?: FlowWaitOptions): Promise<Flow>;
  /** Tasks that have not begun are cancelled. Those that run are left alone. `running: 'kill'`: they are killed. */
  cancel(id: string, options?: CallOptions & Partial<FlowCancel>): Promise<Flow>;
  /**
   * What failed or was cancelled runs again under the same ids. Sent once: a second one could be one run too many.
   * @throws DroverError flow_conflict: nothing of it failed
   */
  resume(id: string, options?: CallOptions): Promise<FlowResumed>;
  /** What would run again: changes nothing. @throws as `resume` */
  previewResume(id: string, options?: CallOptions): Promise<FlowResumed>;
};

const basePath = '/v1/flows';

export function createFlows(transport: Transport, clock: Clock): FlowsClient {
  const read = <T>(path: string, { signal }: CallOptions = {}, query: Query = {}, waitSeconds?: number) =>
    transport.send<T>({ method: 'GET', path, query, repeat: 'always', waitSeconds, signal });
  const get: FlowsClient['get'] = (id, { waitSeconds, ...call } = {}) =>
    read(pathOf(id), call, { wait: waitSeconds === undefined ? undefined : Math.ceil(waitSeconds) }, waitSeconds);

  return {
    create: (request, options) => transport.send(enqueueCall(transport, basePath, request, options)),
    chain: (request, options) => transport.send(enqueueCall(transport, '/v1/chains', request, options)),
    get,
    list: (search = {}, call) => read(basePath, call, search),
    waitFor: (id, options) => waitForFlow(id, get, clock, options),
    cancel: (id, { reason, running, signal } = {}) =>
      transport.send({
        method: 'POST',
        path: pathOf(id, 'cancel'),
        body: JSON.stringify({ reason, running }),
        repeat: 'always',
        signal,
      }),
    resume: (id, { signal } = {}) =>
      transport.send({ method: 'POST', path: pathOf(id, 'resume'), repeat: 'refused', signal }),
    previewResume: (id, { signal } = {}) =>
      transport.send({
        method: 'POST',
        path: pathOf(id, 'resume'),
        body: JSON.stringify({ dryRun: true }),
        repeat: 'always',
        signal,
      }),
  };
}

/** The id of a flow is one path segment, whatever it holds. */
function pathOf(id: string, action?: string): string {
  const path = `${basePath}/${encodeURIComponent(id)}`;
  return action === undefined ? path : `${path}/${action}`;
}
