import { DroverError } from '@drover/client';
import { ClusterError, type ClusterErrorCode, clusterErrors, type Problem } from '@drover/core';
import type { Logger } from '@drover/runtime';
import type { ErrorRequestHandler, Request, Response } from 'express';
import { styleNonceOf } from './page-policy.ts';

const problemTypeBase = 'https://drover.dev/problems/';

/** When to try again, seconds. */
const retryAfterSeconds: Partial<Record<ClusterErrorCode, number>> = {
  api_unavailable: 2,
  redis_unavailable: 2,
  stopping: 1,
};

/** What goes wrong here, or came back from the API, as a problem. */
export function problemOf(error: unknown, instance: string): Problem {
  if (error instanceof DroverError && error.problem !== undefined) return { ...error.problem, instance };
  const { code, message, faults } = clusterErrorOf(error);
  const { status, title } = clusterErrors[code];
  const errors = faults.length > 0 ? { errors: faults } : {};
  return { type: problemTypeBase + code, title, status, detail: message, code, instance, ...errors };
}

function clusterErrorOf(error: unknown): ClusterError {
  if (error instanceof ClusterError) return error;
  if (error instanceof DroverError) {
    return new ClusterError('api_unavailable', 'The API does not answer; it may be starting.', { cause: error });
  }
  return new ClusterError(
    'internal',
    'This is a fault of Drover, not of the request; the log of the dashboard tells more.',
    {
      cause: error,
    },
  );
}

/** Answers with a problem; to a browser that asks for a page, with a page that says the same. */
export function sendProblem(request: Request, response: Response, error: unknown): void {
  const [instance = ''] = request.originalUrl.split('?');
  const problem = problemOf(error, instance);
  response.status(problem.status).set('cache-control', 'no-store');
  const seconds = retryAfterOf(error, problem);
  if (seconds !== undefined) response.set('retry-after', String(seconds));
  if (problem.status === 401) response.set('www-authenticate', 'Session realm="drover"');
  if (isPageRequest(request)) response.type('html').send(problemPage(problem, styleNonceOf(response)));
  else response.type('application/problem+json').send(JSON.stringify(problem));
}

function retryAfterOf(error: unknown, problem: Problem): number | undefined {
  if (error instanceof DroverError && error.retryAfterSeconds !== undefined) return error.retryAfterSeconds;
  return retryAfterSeconds[problem.code as ClusterErrorCode];
}

/** Whether a person's browser asks for something to look at. */
export function isPageRequest(request: Request): boolean {
  const isReading = request.method === 'GET' || request.method === 'HEAD';
  return isReading && request.accepts(['json', 'html']) === 'html';
}

/** Plain words in the colours of the pages, in light and dark. */
const problemStyle = [
  'body{margin:0;min-height:100vh;display:grid;place-items:center;font:16px/1.6 system-ui,sans-serif;background:#f7f6f3;color:#1f201d}',
  'main{max-width:36rem;padding:2rem}h1{font-size:1.5rem;line-height:1.3}a{color:#17603f}',
  '@media(prefers-color-scheme:dark){body{background:#171b1a;color:#e9ece9}a{color:#7fd1a8}}',
].join('');

function problemPage({ title, detail }: Problem, nonce: string): string {
  const [heading, text] = [title, detail].map(escaped);
  return [
    '<!doctype html>',
    '<html lang="en">',
    '<meta charset="utf-8">',
    '<meta name="viewport" content="width=device-width, initial-scale=1">',
    '<meta name="color-scheme" content="light dark">',
    `<title>${heading} – Drover</title>`,
    `<style nonce="${nonce}">${problemStyle}</style>`,
    `<main><h1>${heading}</h1><p>${text}</p><p><a href="/">To the dashboard</a></p></main>`,
    '</html>',
  ].join('\n');
}

function escaped(text: string): string {
  return text.replace(/[&<>"']/g, (character) => `&#${character.charCodeAt(0)};`);
}

/** The last in the row. */
export function problemHandler(logger: Logger): ErrorRequestHandler {
  return (error: unknown, request, response, _next) => {
    const isKnown = error instanceof ClusterError || error instanceof DroverError;
    const cause = isKnown ? error : (bodyError(error) ?? error);
    if (!isKnown && cause === error) {
      logger.error({ err: error, method: request.method, path: request.path }, 'request failed');
    }
    if (response.headersSent) response.destroy();
    else sendProblem(request, response, cause);
  };
}

/** What Express says of a body, or an address, that it cannot read. */
function bodyError(error: unknown): ClusterError | undefined {
  const { status, type } = (error ?? {}) as { status?: unknown; type?: unknown };
  if (typeof status !== 'number' || status < 400 || status > 499) return undefined;
  if (status === 413) return new ClusterError('body_too_large', 'The body is too large.', { cause: error });
  if (status === 415) return new ClusterError('content_type_unsupported', 'Send JSON in UTF-8.', { cause: error });
  const detail = typeof type === 'string' ? 'The body is not valid JSON.' : 'The request is not well-formed.';
  return new ClusterError('body_invalid', detail, { cause: error });
}
