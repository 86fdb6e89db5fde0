import { isUtf8 } from 'node:buffer';
import type { IncomingMessage } from 'node:http';
import { ClusterError, limits } from '@drover/core';
import { scanJson } from './json-text.ts';

/** A body, or a line, as JSON: the value, and the text it came from. */
export type JsonDocument = { value: unknown; text: string };

/**
 * Reads a body of `application/json` in UTF-8.
 * @throws ClusterError content_type_unsupported, body_too_large, request_timeout, body_invalid
 */
export async function readJsonBody(request: IncomingMessage): Promise<JsonDocument> {
  requireContentType(request, 'application/json');
  return parseJson(await readBytes(request, limits.bodyBytes), 'The body');
}

/**
 * Reads a body of text in UTF-8.
 * @param instead what to do with more than a body may have
 * @throws ClusterError content_type_unsupported, body_too_large, request_timeout, body_invalid
 */
export async function readText(request: IncomingMessage, contentType: string, instead: string): Promise<string> {
  requireContentType(request, contentType);
  return decode(await readBytes(request, limits.bodyBytes, instead), 'The body');
}

/** Whether a body follows the headers. */
export function hasBody(request: IncomingMessage): boolean {
  const length = request.headers['content-length'];
  return request.headers['transfer-encoding'] !== undefined || (length !== undefined && length !== '0');
}

/** @throws ClusterError content_type_unsupported */
export function requireContentType(request: IncomingMessage, expected: string): void {
  const { 'content-type': type, 'content-encoding': encoding } = request.headers;
  if (encoding !== undefined && encoding.toLowerCase() !== 'identity') {
    throw new ClusterError(
      'content_type_unsupported',
      `The body must come as it is, without a content encoding, got ${shown(encoding)}.`,
      { faults: [{ pointer: 'header:content-encoding', message: 'must be missing, or identity' }] },
    );
  }
  if (type === expected) return;
  const [essence = '', ...parameters] = (type ?? '').toLowerCase().split(';');
  const isUtf8Charset = parameters.every((parameter) => {
    const [name = '', value = ''] = parameter.split('=');
    return name.trim() !== 'charset' || /^"?utf-?8"?$/.test(value.trim());
  });
  if (essence.trim() === expected && isUtf8Charset) return;
  throw new ClusterError(
    'content_type_unsupported',
    `The body must be ${expected} in UTF-8, got ${type === undefined ? 'no content type' : shown(type)}.`,
    { faults: [{ pointer: 'header:content-type', message: `must be ${expected}` }] },
  );
}

/** The media type of the body, without parameters, in lower case. */
export function contentTypeOf(request: IncomingMessage): string {
  const type = request.headers['content-type'] ?? '';
  const end = type.indexOf(';');
  return (end === -1 ? type : type.slice(0, end)).trim().toLowerCase();
}

/** What a client wrote, short enough to be answered. */
export function shown(value: string): string {
  return JSON.stringify(value.length > 100 ? `${value.slice(0, 100)}…` : value);
}

const insteadOfMore = 'send more tasks as NDJSON, larger data as a reference to a file';

function readBytes(request: IncomingMessage, maxBytes: number, instead = insteadOfMore): Promise<Buffer> {
  const tooLarge = () => new ClusterError('body_too_large', `The body may have ${maxBytes} bytes; ${instead}.`);
  if (Number(request.headers['content-length'] ?? 0) > maxBytes) return Promise.reject(tooLarge());
  return new Promise((resolve, reject) => {
    const parts: Buffer[] = [];
    let bytes = 0;
    const late = setTimeout(() => reject(tooSlow()), limits.bodyMs);
    request
      .on('data', (part: Buffer) => {
        bytes += part.length;
        if (bytes <= maxBytes) parts.push(part);
        // What still comes is read and dropped, so that the client hears the answer.
        else reject(tooLarge());
      })
      .on('end', () => {
        clearTimeout(late);
        resolve(parts.length === 1 ? (parts[0] as Buffer) : Buffer.concat(parts));
      })
      .on('error', (cause) => {
        clearTimeout(late);
        // Nobody is left to answer: the answer goes nowhere.
        reject(new ClusterError('body_invalid', 'The body broke off.', { cause }));
      });
  });
}

function tooSlow(): ClusterError {
  return new ClusterError('request_timeout', `The body must come within ${limits.bodyMs / 1_000} seconds.`);
}

/** @throws ClusterError body_invalid, with the position */
export function parseJson(bytes: Buffer, what: string): JsonDocument {
  return parseJsonText(decode(bytes, what), what);
}

function decode(bytes: Buffer, what: string): string {
  if (!isUtf8(bytes)) throw new ClusterError('body_invalid', `${what} is not valid UTF-8.`);
  const decoded = bytes.toString('utf8');
  // RFC 8259 lets readers pass over a byte order mark.
  return decoded.charCodeAt(0) === 0xfeff ? decoded.slice(1) : decoded;
}

/** @throws ClusterError body_invalid, with the position */
export function parseJsonText(text: string, what: string): JsonDocument {
  try {
    return { value: JSON.parse(text), text };
  } catch (cause) {
    throw new ClusterError('body_invalid', `${what} ${brokenAt(text)}.`, { cause });
  }
}

function brokenAt(text: string): string {
  if (text.trim() === '') return 'is empty: expected JSON';
  const at = scanJson(text).faultAt ?? text.length;
  if (at >= text.length) return `is not JSON: it ends too early, at position ${at}`;
  const lines = text.slice(0, at).split('\n');
  const column = (lines.at(-1) ?? '').length + 1;
  const character = JSON.stringify(String.fromCodePoint(text.codePointAt(at) ?? 0));
  return `is not JSON: unexpected ${character} at position ${at} (line ${lines.length}, column ${column})`;
}
