import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { ClusterError } from '@drover/core';
import express, { type Request, type Response, Router } from 'express';
import { styleNonceOf } from './page-policy.ts';
import { isPageRequest } from './problem.ts';

const dayMs = 86_400_000;
/** Where the build puts what is named by its content. */
const hashedPath = '/assets';
const emptyNonce = /<meta name="csp-nonce" content=""\s*\/?>/;

/**
 * The built web client. What is named by its content is kept for a year; `index.html` answers every page address, is
 * never kept, and carries the nonce of its answer's styles.
 */
export function pages(webDir: string): Router {
  const router = Router();
  router.use(
    hashedPath,
    express.static(join(webDir, hashedPath), { immutable: true, maxAge: 365 * dayMs, index: false, fallthrough: true }),
  );
  router.use(hashedPath, () => {
    throw nothingHere();
  });
  router.use(express.static(webDir, { index: false, maxAge: 0, setHeaders: neverKeepPages }));
  router.get('/{*path}', async (request, response) => {
    if (!isPage(request)) throw nothingHere();
    await sendIndex(webDir, response);
  });
  return router;
}

/** A file by its name is no page, but a task's id may hold dots. */
function isPage(request: Request): boolean {
  return (
    isPageRequest(request) &&
    !/\.(js|mjs|css|map|json|txt|xml|svg|png|jpe?g|ico|woff2?|webmanifest)$/i.test(request.path)
  );
}

async function sendIndex(webDir: string, response: Response): Promise<void> {
  const html = await readFile(join(webDir, 'index.html'), 'utf8').catch((cause: unknown) => {
    throw new ClusterError('internal', 'The pages are not built: run `npm run build`.', { cause });
  });
  const meta = `<meta name="csp-nonce" content="${styleNonceOf(response)}">`;
  response.set('cache-control', 'no-store').type('html').send(html.replace(emptyNonce, meta));
}

/** `index.html` by its own name has no nonce, and would be kept: it is no address of ours. */
function neverKeepPages(response: Pick<Response, 'setHeader'>, path: string): void {
  if (path.endsWith('.html')) response.setHeader('cache-control', 'no-store');
}

function nothingHere(): ClusterError {
  return new ClusterError('route_unknown', 'There is no such page or file.');
}
