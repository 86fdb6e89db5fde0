import type { Cluster } from '@drover/broker';
import { ClusterError, limits } from '@drover/core';
import type { Logger } from '@drover/runtime';
import express, { type Express, type NextFunction, type Request, type Response } from 'express';
import { dataHeaders, sendProblem } from './answer.ts';
import type { KillScope } from './authorize.ts';
import { docPaths, mountDocs } from './docs.ts';
import { LongPolls } from './long-polls.ts';
import { clusterErrorOf } from './problem.ts';
import { type Api, type Route, serve } from './route.ts';
import { routes } from './routes.ts';

export type ApiOptions = {
  cluster: Cluster;
  logger: Logger;
  /** Aborts when the process is told to stop: it is not ready any more, and held answers end. Default: never. */
  stopping?: AbortSignal;
  /** Why this process is not ready though Redis answers; undefined when it is. Default: it is. */
  notReady?: () => string | undefined;
  /** Reverse proxies in front whose X-Forwarded-For tells the address of who asks. Default 0. */
  trustedProxies?: number;
  /** How often a live stream shows that it lives, ms. Default 15 000. */
  heartbeatMs?: number;
  /** The scope that ending a running task needs. Default `admin`. */
  killScope?: KillScope;
};

/** The HTTP API as an Express app. It holds nothing of its own: the caller listens, and stops the cluster. */
export function createApi(options: ApiOptions): Express {
  const { cluster, logger, stopping = new AbortController().signal, notReady = () => undefined } = options;
  const { heartbeatMs = limits.eventHeartbeatMs, killScope = 'admin' } = options;
  const longPolls = new LongPolls(stopping);
  const api: Api = { cluster, logger, stopping, notReady, heartbeatMs, killScope, longPolls };
  const app = express();
  app.disable('x-powered-by');
  app.disable('etag');
  app.enable('case sensitive routing');
  app.set('trust proxy', options.trustedProxies ?? 0);
  for (const [path, atPath] of routesByPath()) {
    for (const route of atPath) mountRoute(app, api, route);
    refuseOtherMethods(app, path, atPath.flatMap(methodsOf));
  }
  mountDocs(app);
  for (const path of docPaths) refuseOtherMethods(app, path, ['GET', 'HEAD']);
  app.use((request: Request) => {
    throw new ClusterError(
      'route_unknown',
      `There is nothing at ${request.method} ${pathOf(request)}. What there is stands at /docs.`,
    );
  });
  app.use(answerFailure(logger));
  return app;
}

function routesByPath(): Map<string, Route[]> {
  const byPath = new Map<string, Route[]>();
  for (const route of routes) byPath.set(route.path, [...(byPath.get(route.path) ?? []), route]);
  return byPath;
}

function mountRoute(app: Express, api: Api, route: Route): void {
  app[route.method](expressPath(route.path), (request: Request, response: Response) =>
    serve(route, api, request as Request<Record<string, string>>, response),
  );
}

function expressPath(path: string): string {
  return path.replaceAll(/\{(\w+)\}/g, ':$1');
}

function methodsOf({ method }: Route): string[] {
  return method === 'get' ? ['GET', 'HEAD'] : [method.toUpperCase()];
}

function refuseOtherMethods(app: Express, path: string, methods: string[]): void {
  const allow = [...methods, 'OPTIONS'].join(', ');
  app.all(expressPath(path), (request: Request, response: Response) => {
    if (request.method === 'OPTIONS') {
      response.writeHead(204, { ...dataHeaders, allow }).end();
      return;
    }
    const detail = `${pathOf(request)} takes ${methods.join(', ')}, not ${request.method}.`;
    sendProblem(response, new ClusterError('method_not_allowed', detail), pathOf(request), { allow });
  });
}

function pathOf(request: Request): string {
  const url = request.originalUrl;
  const end = url.indexOf('?');
  return end === -1 ? url : url.slice(0, end);
}

/** Everything that is thrown ends here, as a problem. */
function answerFailure(logger: Logger) {
  return (thrown: unknown, request: Request, response: Response, _next: NextFunction): void => {
    const error = clusterErrorOf(isUndecodable(thrown) ? unknownPath(thrown) : thrown);
    if (error.code === 'internal')
      logger.error({ err: thrown, method: request.method, path: pathOf(request) }, 'request failed');
    else logger.debug({ code: error.code, method: request.method, path: pathOf(request) }, 'request refused');
    // An answer that has begun cannot become a problem: breaking off tells the client that it is not whole.
    if (response.headersSent) response.destroy();
    else sendProblem(response, error, pathOf(request));
  };
}

/** The router meets a path such as `/v1/tasks/%zz`. */
function isUndecodable(thrown: unknown): boolean {
  return thrown instanceof URIError;
}

function unknownPath(cause: unknown): ClusterError {
  return new ClusterError('route_unknown', 'The path is not valid percent-encoding.', { cause });
}
