import { defaultRetryPolicy, pauseBeforeRetry, type Repeat, type RetryPolicy, retryAfterSeconds } from './back-off.ts';
import { type Clock, systemClock } from './clock.ts';
import { DroverError, errorOfProblem, isProblem } from './drover-error.ts';

export type ClientOptions = {
  /** Where the API is, for example `http://127.0.0.1:3000`. In a page, `''` is its own origin. */
  baseUrl: string;
  /** Sent as a bearer token. */
  token?: string | undefined;
  /** Sent with every request. */
  headers?: Readonly<Record<string, string>> | undefined;
  /** Default: the platform's. */
  fetch?: typeof fetch | undefined;
  /** `false`: every request is sent once, and enqueueing makes no idempotency key of its own. */
  retry?: Partial<RetryPolicy> | false | undefined;
  /** How long one request may take beyond the wait that it asks for, ms. Default 30 000. */
  requestTimeoutMs?: number | undefined;
  clock?: Clock | undefined;
  random?: (() => number) | undefined;
};

export type Query = Readonly<Record<string, string | number | boolean | undefined>>;

export type Call = {
  method: 'GET' | 'POST' | 'PUT' | 'PATCH' | 'DELETE';
  path: string;
  query?: Query | undefined;
  headers?: Readonly<Record<string, string>> | undefined;
  /** JSON as text: it is the same on every attempt. */
  body?: string | undefined;
  repeat: Repeat;
  /** Looks at a good answer; a DroverError that it throws counts as the attempt's failure. */
  accept?: ((answer: unknown) => void) | undefined;
  /** How long the API itself holds the answer back. */
  waitSeconds?: number | undefined;
  signal?: AbortSignal | undefined;
};

/** A call whose body is not known beforehand, so that it is sent once. */
export type StreamCall = {
  path: string;
  query?: Query | undefined;
  headers: Readonly<Record<string, string>>;
  body: ReadableStream<Uint8Array>;
  signal?: AbortSignal | undefined;
};

/** The way to the API: a request with its retries, as a value or a DroverError. */
export type Transport = {
  readonly canRetry: boolean;
  /** The answer's JSON; undefined when it has no body. An aborted signal rejects with its reason, as fetch does. */
  send<T>(call: Call): Promise<T>;
  /** A POST whose answer comes while its body is still being sent. */
  stream(call: StreamCall): Promise<Response>;
  /** A GET, sent once, whose answer is read as it comes. */
  open(call: Pick<Call, 'path' | 'query' | 'headers' | 'signal'>): Promise<Response>;
  /** The pause before an answer that broke off is asked for again, ms; undefined when it is not. Grows, and never ends. */
  pauseBeforeReturn(error: DroverError, failures: number): number | undefined;
};

export function createTransport(options: ClientOptions): Transport {
  const policy = { ...defaultRetryPolicy, ...(options.retry === false ? { maxRetries: 0 } : options.retry) };
  const clock = options.clock ?? systemClock;
  const random = options.random ?? Math.random;
  const requestTimeoutMs = options.requestTimeoutMs ?? 30_000;
  const baseUrl = options.baseUrl.replace(/\/+$/, '');
  // Called without a receiver: a page's fetch refuses any other than the window.
  const { fetch: ask = (input, init) => fetch(input, init) } = options;

  const request = (path: string, query: Query | undefined, init: RequestInit & { headers: Record<string, string> }) =>
    ask(`${baseUrl}${path}${queryText(query)}`, {
      // The API never redirects: what does is something else, and must not get the request.
      redirect: 'error',
      ...init,
      headers: {
        accept: 'application/json, application/problem+json',
        ...(options.token === undefined ? {} : { authorization: `Bearer ${options.token}` }),
        ...options.headers,
        ...init.headers,
      },
    });

  const attempt = async (call: Call, attempts: number): Promise<unknown> => {
    call.signal?.throwIfAborted();
    const timeout = AbortSignal.timeout(requestTimeoutMs + (call.waitSeconds ?? 0) * 1_000);
    const { body } = call;
    try {
      const response = await request(call.path, call.query, {
        method: call.method,
        headers: { ...(body === undefined ? {} : { 'content-type': 'application/json' }), ...call.headers },
        signal: call.signal === undefined ? timeout : AbortSignal.any([call.signal, timeout]),
        ...(body === undefined ? {} : { body }),
      });
      const answer = await readAnswer(response, attempts, clock.now());
      call.accept?.(answer);
      return answer;
    } catch (error) {
      throw errorOf(error, call, attempts);
    }
  };

  return {
    canRetry: policy.maxRetries > 0,
    async send<T>(call: Call): Promise<T> {
      for (let attempts = 1; ; attempts++) {
        try {
          return (await attempt(call, attempts)) as T;
        } catch (error) {
          if (!(error instanceof DroverError)) throw error;
          const pauseMs = pauseBeforeRetry(error, call.repeat, attempts - 1, policy, random);
          if (pauseMs === undefined) throw error;
          await clock.sleep(pauseMs, call.signal);
        }
      }
    },
    async open({ path, query, headers, signal }) {
      const init = { method: 'GET', headers: { ...headers } };
      const response = await request(path, query, signal === undefined ? init : { ...init, signal });
      if (!response.ok) await readAnswer(response, 1, clock.now());
      return response;
    },
    pauseBeforeReturn(error, failures) {
      if (policy.maxRetries === 0) return undefined;
      return pauseBeforeRetry(error, 'always', failures, { ...policy, maxRetries: Number.POSITIVE_INFINITY }, random);
    },
    async stream({ path, query, headers, body, signal }) {
      const call = { method: 'POST', path, signal };
      try {
        const init = { method: 'POST', headers: { ...headers }, body, duplex: 'half' as const };
        const response = await request(path, query, signal === undefined ? init : { ...init, signal });
        if (!response.ok) await readAnswer(response, 1, clock.now());
        return response;
      } catch (error) {
        throw errorOf(error, call, 1);
      }
    },
  };
}

/** What a failed attempt rejects with. */
export function errorOf(
  error: unknown,
  call: { method: string; path: string; signal?: AbortSignal | undefined },
  attempts: number,
): unknown {
  if (error instanceof DroverError) return error;
  if (call.signal?.aborted) return call.signal.reason;
  const isTimeout = error instanceof Error && error.name === 'TimeoutError';
  const reason = isTimeout ? 'no answer in time' : reasonOf(error);
  return new DroverError('network', `${call.method} ${call.path}: ${reason}`, { cause: error, attempts });
}

/** `fetch failed` says nothing; its cause does. */
function reasonOf(error: unknown): string {
  if (!(error instanceof Error)) return String(error);
  const { cause } = error;
  return cause instanceof Error ? cause.message || cause.name : error.message;
}

async function readAnswer(response: Response, attempts: number, nowMs: number): Promise<unknown> {
  const text = await response.text();
  const details = {
    status: response.status,
    attempts,
    retryAfterSeconds: retryAfterSeconds(response.headers.get('retry-after'), nowMs),
  };
  if (response.ok && text === '') return undefined;
  const body = parsed(text);
  if (!response.ok && isProblem(body)) throw errorOfProblem(body, details);
  if (response.ok && body !== undefined) return body;
  const what = `status ${response.status}, ${response.headers.get('content-type') ?? 'no content type'}`;
  throw new DroverError('answer_invalid', `expected JSON of the API, got ${what}`, details);
}

/** JSON never parses to undefined. */
function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

function queryText(query: Query = {}): string {
  const params = new URLSearchParams();
  for (const [name, value] of Object.entries(query)) if (value !== undefined) params.set(name, String(value));
  const text = params.toString();
  return text === '' ? '' : `?${text}`;
}
