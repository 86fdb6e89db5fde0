import { fileURLToPath } from 'node:url';
import type { AddressSeal, BoardQueues } from '@drover/broker';
import { createClient, type Me } from '@drover/client';
import { ClusterError } from '@drover/core';
import type { Logger } from '@drover/runtime';
import express, { type Express, type RequestHandler } from 'express';
import { createApiPass } from './api-pass.ts';
import { boardPath, boardStyles, createBoard } from './board/board.ts';
import { LiveStreams } from './live-streams.ts';
import { pagePolicy } from './page-policy.ts';
import { pages } from './pages.ts';
import { isPageRequest, problemHandler } from './problem.ts';
import { requireSameOrigin } from './same-origin.ts';
import { type Identify, identifyAt, sessionRoutes, signInFirst } from './session-routes.ts';
import { createSessions, type Sessions } from './sessions.ts';

export type DashboardOptions = {
  /** Where the API is. */
  apiUrl: string;
  /** What Bull Board shows. */
  boardQueues: BoardQueues;
  /** Tells the API from which address a browser asks. */
  addressSeal: AddressSeal;
  /** Seals the session cookies; at least 32 characters. Dashboards that share it share their sessions. */
  sessionSecret: string;
  logger: Logger;
  /** The built web client. Default: where the build puts it. */
  webDir?: string;
  /** Reverse proxies in front whose X-Forwarded-* headers count. Default 0. */
  trustedProxies?: number;
  /** Aborted when the process is told to end: from then on it is not ready. */
  stopping?: AbortSignal;
};

const builtWebDir = fileURLToPath(new URL('../dist/web', import.meta.url));

/**
 * The dashboard's server as an Express app: sign-in, `/v1` with the user's token, Bull Board, and the pages. The caller
 * listens, and stops the board's queues.
 */
export function createDashboard(options: DashboardOptions): Express {
  const { apiUrl, logger } = options;
  const identify = identifyAt(apiUrl);
  const sessions = createSessions(options.sessionSecret);

  const app = express();
  app.disable('x-powered-by');
  // Answers are new each time; files bring their own tags.
  app.disable('etag');
  app.set('trust proxy', options.trustedProxies ?? 0);
  app.get('/livez', (_request, response) => void response.json({ status: 'ok' }));
  app.get('/readyz', readiness(apiUrl, options.stopping));
  app.use('/v1', requireSameOrigin, passToApi(sessions, options, createApiPass({ apiUrl, logger })));
  app.use(boardPath, pagePolicy(...boardStyles), boardGate(sessions, identify), createBoard(options.boardQueues));
  app.use(pagePolicy());
  app.use('/session', sessionRoutes({ sessions, identify, logger }));
  app.use(pages(options.webDir ?? builtWebDir));
  app.use(problemHandler(logger));
  return app;
}

/** The dashboard can do nothing without the API. */
function readiness(apiUrl: string, stopping: AbortSignal | undefined): RequestHandler {
  const api = createClient({ baseUrl: apiUrl, retry: false, requestTimeoutMs: 1_000 });
  return async (_request, response) => {
    if (stopping?.aborted) throw new ClusterError('stopping', 'This process is stopping.');
    if (!(await api.ready())) throw new ClusterError('api_unavailable', 'The API is not ready.');
    response.json({ status: 'ok' });
  };
}

function passToApi(
  sessions: Sessions,
  { addressSeal, stopping }: DashboardOptions,
  pass: ReturnType<typeof createApiPass>,
): RequestHandler {
  const streams = new LiveStreams(sessions, stopping);
  return async (request, response) => {
    const session = sessions.of(request);
    if (session === undefined) throw signInFirst();
    const authorization = `Bearer ${session.token}`;
    // Without Redis there is no seal, and the API changes nothing that would have to tell the address.
    const sealedAddress = await addressSeal.close(request.ip ?? '', authorization).catch(() => undefined);
    const asker = { authorization, sealedAddress };
    await pass(request, response, asker, {
      // A token that was revoked takes its session with it.
      onRefused: () => sessions.end(request, response),
      onStream: () => streams.hold(session, response),
    });
  };
}

/** Bull Board shows every company's tasks: it is for keys that may read, and belong to none. */
function boardGate(sessions: Sessions, identify: Identify): RequestHandler {
  return async (request, response, next) => {
    const session = sessions.of(request);
    if (session === undefined) {
      if (isPageRequest(request))
        return response.redirect(302, `/sign-in?next=${encodeURIComponent(request.originalUrl)}`);
      throw signInFirst();
    }
    requireWholeCluster(await identify(session.token));
    next();
  };
}

function requireWholeCluster({ name, scopes, company }: Me): void {
  if (company !== undefined) {
    throw new ClusterError(
      'scope_missing',
      `Bull Board shows every company's tasks; the key "${name}" belongs to one company.`,
    );
  }
  if (!scopes.includes('read') && !scopes.includes('admin')) {
    throw new ClusterError('scope_missing', `Bull Board needs the scope "read"; the key "${name}" lacks it.`);
  }
}
