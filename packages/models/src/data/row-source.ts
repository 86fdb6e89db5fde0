import { createReadStream } from 'node:fs';
import { stat } from 'node:fs/promises';
import { limits, PermanentError, TemporaryError } from '@drover/core';
import { openUrl } from '../http/open-url.ts';
import { statusError } from '../http/status-error.ts';
import { fileToRead } from './data-folder.ts';

/** A silent server is given up after so long. */
const silenceMs = 60_000;

/** Bytes to read rows from, opened at a place. */
export type RowSource = {
  /** For messages. */
  name: string;
  chunks: AsyncIterable<Buffer>;
  /** Where the chunks begin: the place asked for, or 0 where the input has changed since, or cannot begin elsewhere. */
  startByte: number;
  /** Of the whole; undefined when nobody says. */
  totalBytes: number | undefined;
  /** The same as long as the content is. */
  version: string;
  mediaType: string | undefined;
  close(): Promise<void>;
};

/** Where an earlier attempt stood. */
export type SourcePlace = { byte: number; version: string };

export const isUrl = (reference: string) => /^https?:\/\//i.test(reference);

/**
 * Opens a file of the data folder, a shipped sample, or a URL, at the place where an earlier attempt stood.
 *
 * @throws DataError without such a file; for a URL what `openUrl` throws, and by status what `http.request` throws.
 */
export async function openSource(
  reference: string,
  options: { dataDir: string; place: SourcePlace | undefined; headers: Record<string, string>; signal: AbortSignal },
): Promise<RowSource> {
  return isUrl(reference) ? openRemote(reference, options) : openFile(reference, options);
}

type SourceOptions = Parameters<typeof openSource>[1];

async function openFile(reference: string, { dataDir, place }: SourceOptions): Promise<RowSource> {
  const path = await fileToRead(dataDir, reference);
  const { size, mtimeMs } = await stat(path);
  const version = `${size}-${mtimeMs}`;
  const startByte = place?.version === version ? place.byte : 0;
  const stream = createReadStream(path, { start: startByte });
  return {
    name: reference,
    chunks: stream,
    startByte,
    totalBytes: size,
    version,
    mediaType: undefined,
    close: async () => void stream.destroy(),
  };
}

async function openRemote(url: string, { place, headers, signal }: SourceOptions): Promise<RowSource> {
  // Only a strong validator says that the bytes are the same (RFC 9110, 8.8.1).
  const canResume = place?.version.startsWith('"') === true && place.byte > 0;
  const range = canResume ? { range: `bytes=${place.byte}-`, 'if-range': place.version } : {};
  const opened = await openUrl(url, {
    headers: { 'accept-encoding': 'identity', ...headers, ...range },
    signal,
    idleTimeoutMs: silenceMs,
  });
  const isPart = canResume && opened.status === 206;
  if (!isPart && opened.status !== 200) {
    await opened.close();
    throw statusError('GET', opened, null);
  }
  const header = (name: string) => [opened.headers[name]].flat()[0];
  const startByte = isPart ? place.byte : 0;
  const length = Number(header('content-length') ?? Number.NaN);
  return {
    name: url,
    chunks: bounded(opened.body, startByte, signal),
    startByte,
    totalBytes: Number.isFinite(length) ? startByte + length : undefined,
    version: header('etag') ?? '',
    mediaType: header('content-type'),
    close: opened.close,
  };
}

async function* bounded(body: AsyncIterable<Buffer>, startByte: number, signal: AbortSignal): AsyncGenerator<Buffer> {
  let bytes = startByte;
  try {
    for await (const chunk of body) {
      bytes += chunk.byteLength;
      if (bytes > limits.downloadBytes) throw new PermanentError(`more than ${limits.downloadBytes} bytes came`);
      yield chunk;
    }
  } catch (error) {
    signal.throwIfAborted();
    if (error instanceof PermanentError) throw error;
    throw new TemporaryError(`the download broke off: ${(error as Error).message}`, { cause: error });
  }
}
