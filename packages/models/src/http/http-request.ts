import { defineModel, Json, limits, PermanentError, TemporaryError } from '@drover/core';
import { z } from 'zod';
import { boundedText, readBounded } from './bounded-body.ts';
import { type OpenedUrl, openUrl } from './open-url.ts';
import { statusError } from './status-error.ts';

/** Headers that belong to the connection or are counted by it (RFC 9110, 7.6.1). */
const ownHeaders =
  /^(connection|content-length|expect|host|keep-alive|proxy-.*|te|trailer|transfer-encoding|upgrade)$/i;

export const HeaderName = z
  .string()
  .max(limits.httpHeaderLength)
  .regex(/^[!#$%&'*+.^_`|~0-9A-Za-z-]+$/, 'is not a header name');
export const HeaderValue = z
  .string()
  .max(limits.httpHeaderLength)
  .regex(/^[\t\x20-\x7e\x80-\xff]*$/, 'a header value must not hold line breaks or characters above U+00FF');
const Status = z.int().min(100).max(599);

const RequestKwargs = z.strictObject({
  method: z.enum(['GET', 'HEAD', 'POST', 'PUT', 'PATCH', 'DELETE', 'OPTIONS']).default('GET'),
  url: z.string().min(1).max(limits.urlLength).describe('http: or https:, a public address'),
  headers: z.record(HeaderName, HeaderValue).default({}),
  body: Json.optional().describe('A text is sent as it is, anything else as JSON'),
  expectedStatus: z
    .union([Status, z.array(Status).min(1).max(20)])
    .optional()
    .describe('What counts as success. Default: 200 to 299'),
  timeoutSeconds: z.number().positive().max(limits.httpTimeoutSeconds).default(30).describe('For the whole request'),
  maxBytes: z.int().min(0).max(limits.httpBodyBytesMax).default(limits.httpBodyBytes).describe('Of the answer'),
  maxRedirects: z.int().min(0).max(limits.httpRedirects).default(5).describe('0: a redirect is the answer'),
});
type RequestKwargs = z.infer<typeof RequestKwargs>;

export type HttpAnswer = {
  status: number;
  /** Where the answer came from, after redirects. */
  url: string;
  /** Lower-case names. Cookies are left out, long values are cut. */
  headers: Record<string, string>;
  /** As text; null when it is not text. Cut at `limits.httpTextBytes`; `truncated` says so. */
  body: string | null;
  truncated: boolean;
  /** Size of the whole body as it came. */
  bytes: number;
};

/**
 * `http.request`: one HTTP request. The expected status is success; 408, 425, 429 and 5xx are temporary, after the
 * pause that `Retry-After` asks for; any other status is permanent.
 */
export const httpModel = defineModel('http', {
  request: {
    description: 'Sends an HTTP request to a public address and returns the answer',
    kwargs: RequestKwargs,
    tags: ['http'],
    async run({ kwargs }, task): Promise<HttpAnswer> {
      for (const name of Object.keys(kwargs.headers)) {
        if (ownHeaders.test(name)) throw new PermanentError(`the header "${name}" belongs to the connection`);
      }
      const timeout = AbortSignal.timeout(kwargs.timeoutSeconds * 1_000);
      try {
        return await exchange(kwargs, AbortSignal.any([task.signal, timeout]));
      } catch (error) {
        task.signal.throwIfAborted();
        if (!timeout.aborted) throw error;
        throw new TemporaryError(`no answer from ${kwargs.url} within ${kwargs.timeoutSeconds} s`, { cause: error });
      }
    },
  },
});

async function exchange(kwargs: RequestKwargs, signal: AbortSignal): Promise<HttpAnswer> {
  const isText = typeof kwargs.body === 'string';
  const hasType = Object.keys(kwargs.headers).some((name) => name.toLowerCase() === 'content-type');
  const type = isText ? 'text/plain; charset=utf-8' : 'application/json';
  const opened = await openUrl(kwargs.url, {
    method: kwargs.method,
    headers: kwargs.body === undefined || hasType ? kwargs.headers : { ...kwargs.headers, 'content-type': type },
    ...(kwargs.body === undefined ? {} : { body: isText ? String(kwargs.body) : JSON.stringify(kwargs.body) }),
    maxRedirects: kwargs.maxRedirects,
    signal,
  });
  try {
    const bytes = await readBounded(opened.body, kwargs.maxBytes, signal);
    const text = boundedText(bytes, opened.headers['content-type'], limits.httpTextBytes);
    if (!isExpected(opened.status, kwargs.expectedStatus)) throw statusError(kwargs.method, opened, text.text);
    return {
      status: opened.status,
      url: opened.url,
      headers: boundedHeaders(opened.headers),
      body: text.text,
      truncated: text.truncated,
      bytes: bytes.byteLength,
    };
  } finally {
    await opened.close();
  }
}

function isExpected(status: number, expected: RequestKwargs['expectedStatus']): boolean {
  return expected === undefined ? status >= 200 && status < 300 : [expected].flat().includes(status);
}

/** Cookies are credentials, and results are shown: they stay out. */
function boundedHeaders(headers: OpenedUrl['headers']): Record<string, string> {
  const bounded: [string, string][] = [];
  let left: number = limits.httpHeadersBytes;
  for (const [name, value] of Object.entries(headers)) {
    if (value === undefined || name === 'set-cookie') continue;
    const text = [value].flat().join(', ').slice(0, limits.httpHeaderLength);
    left -= name.length + text.length;
    if (left < 0) break;
    bounded.push([name, text]);
  }
  return Object.fromEntries(bounded);
}
