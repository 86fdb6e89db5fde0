import {
  type ImportReport,
  isRunOver,
  type Job,
  type JobFilter,
  type JobRequestInput,
  type JobResult,
  type JobResultFilter,
  type JobResultSummary,
  type JobRun,
} from '@drover/core';
import { type Based, basedCall, type Checked, textOf, wasDone } from './based.ts';
import type { Clock } from './clock.ts';
import { exportFile, importFile } from './files.ts';
import { poll } from './poll.ts';
import { type CallOptions, type EnqueueOptions, enqueueCall, type Page } from './tasks.ts';
import type { Query, Transport } from './transport.ts';

type Paged = { limit?: number | undefined; cursor?: string | undefined };
export type JobSearch = JobFilter & Paged;
export type JobResultSearch = JobResultFilter & Paged;

export type JobImportOptions = CallOptions &
  Checked & {
    dryRun?: boolean | undefined;
    /** Takes the jobs of this module only. */
    module?: string | undefined;
  };

export type JobWaitOptions = CallOptions & {
  /** Give up after this, ms; the run goes on. Default: never. */
  timeoutMs?: number | undefined;
  /** Called with every change that is seen; looks once a second then. */
  onProgress?: ((result: JobResult) => void) | undefined;
};

/** Every call rejects with a DroverError, or with the reason of its signal. */
export type JobsClient = {
  /** @throws DroverError request_invalid, method_unknown, args_invalid: `faults` name the line; job_conflict */
  create(request: JobRequestInput, options?: Omit<EnqueueOptions, 'waitSeconds'>): Promise<Job>;
  /** @throws DroverError job_unknown */
  get(id: string, options?: CallOptions): Promise<Job>;
  /** By name. A page may be short and still have a next one. */
  list(search?: JobSearch, options?: CallOptions): Promise<Page<Job>>;
  replace(id: string, request: JobRequestInput, options?: Based & Checked): Promise<Job>;
  /** @throws DroverError job_conflict: a schedule runs it */
  remove(id: string, options?: Based): Promise<void>;
  /**
   * Begins a run, under an idempotency key of this call's own. With `waitSeconds`, answers when it is over, or the time is
   * up. @throws DroverError job_conflict: it is not active
   */
  run(id: string, run?: JobRun, options?: Omit<EnqueueOptions, 'unchecked'>): Promise<JobResult>;
  /** All jobs that match, as text that `import` takes. Sent once. */
  export(format: 'json' | 'yaml', search?: JobFilter, options?: CallOptions): Promise<string>;
  /** Creates and replaces by name. Sent again, it tells what the first time did as `unchanged`. */
  import(format: 'json' | 'yaml', text: string, options?: JobImportOptions): Promise<ImportReport>;
  results: {
    /** With `waitSeconds` (at most 60) the answer is held back until the run is over. @throws DroverError job_result_unknown */
    get(id: string, options?: CallOptions & { waitSeconds?: number | undefined }): Promise<JobResult>;
    /** Newest first. A page may be short and still have a next one. */
    list(search?: JobResultSearch, options?: CallOptions): Promise<Page<JobResultSummary>>;
    /**
     * Answers when the run is over, or nothing but a person moves it on: look at its status and at `attention`.
     * @throws DroverError wait_timeout, job_result_unknown
     */
    waitFor(id: string, options?: JobWaitOptions): Promise<JobResult>;
    /** The answer warns that part of the work may remain. @throws DroverError job_conflict: it is over */
    kill(id: string, options?: CallOptions & { reason?: string | undefined }): Promise<JobResult>;
  };
};

const basePath = '/v1/jobs';

export function createJobs(transport: Transport, clock: Clock): JobsClient {
  const read = <T>(path: string, { signal }: CallOptions = {}, query: Query = {}) =>
    transport.send<T>({ method: 'GET', path, query, repeat: 'always', signal });
  return {
    create: (request, options) => transport.send(enqueueCall(transport, basePath, request, options)),
    get: (id, call) => read(pathOf(id), call),
    list: (search = {}, call) => read(basePath, call, search),
    replace: (id, request, based) => transport.send(basedCall('PUT', pathOf(id), request, based)),
    async remove(id, based) {
      try {
        await transport.send(basedCall('DELETE', pathOf(id), undefined, based));
      } catch (error) {
        if (!wasDone(error, 'job_unknown')) throw error;
      }
    },
    run: (id, run = {}, options) => transport.send(enqueueCall(transport, `${pathOf(id)}/run`, run, options)),
    export: (format, search = {}, call) => exportFile(transport, basePath, { ...search, format }, call),
    import: (format, text, { signal, ...options } = {}) =>
      importFile(transport, basePath, { format, ...options }, text, signal),
    results: createResults(transport, clock),
  };
}

const resultsPath = '/v1/job-results';

/** One long poll, seconds. The server does not end it when a run needs a person: that is seen by looking. */
const pollSeconds = 10;
/** With somebody watching. */
const watchedPollSeconds = 1;

function createResults(transport: Transport, clock: Clock): JobsClient['results'] {
  const get: JobsClient['results']['get'] = (id, { waitSeconds, signal } = {}) => {
    const query = { wait: waitSeconds === undefined ? undefined : Math.ceil(waitSeconds) };
    return transport.send({ method: 'GET', path: resultPath(id), query, repeat: 'always', waitSeconds, signal });
  };
  return {
    get,
    list: (search = {}, { signal } = {}) =>
      transport.send({ method: 'GET', path: resultsPath, query: search, repeat: 'always', signal }),

    waitFor(id, { onProgress, ...options } = {}) {
      const waitSeconds = onProgress === undefined ? pollSeconds : watchedPollSeconds;
      let last = '';
      const onSeen = (result: JobResult) => {
        const text = JSON.stringify(result);
        if (text !== last) onProgress?.(result);
        last = text;
      };
      return poll(
        {
          what: `the run ${id}`,
          look: (signal) => get(id, { waitSeconds, signal }),
          onSeen,
          stateOf: ({ status }) => status,
          // Its lines run one after the other: behind one that needs a person nothing moves.
          isOver: ({ status, attention }) => isRunOver(status) || attention > 0,
        },
        clock,
        options,
      );
    },

    async kill(id, { reason, signal } = {}) {
      const body = reason === undefined ? undefined : textOf({ reason });
      try {
        return await transport.send<JobResult>({
          method: 'POST',
          path: `${resultPath(id)}/kill`,
          body,
          repeat: 'always',
          signal,
        });
      } catch (error) {
        if (!wasDone(error, 'job_conflict')) throw error;
        return get(id, { signal });
      }
    },
  };
}

/** An id is one path segment, whatever it holds. */
function pathOf(id: string): string {
  return `${basePath}/${encodeURIComponent(id)}`;
}

function resultPath(id: string): string {
  return `${resultsPath}/${encodeURIComponent(id)}`;
}
