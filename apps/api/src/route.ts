import type { ServerResponse } from 'node:http';
import type { Caller, Cluster } from '@drover/broker';
import { ClusterError, type ClusterErrorCode, limits } from '@drover/core';
import type { Logger } from '@drover/runtime';
import type { Request } from 'express';
import type { z } from 'zod';
import { type Answer, sendAnswer } from './answer.ts';
import { audited } from './audited.ts';
import { authenticate, type Entry, type KillScope, requireScope } from './authorize.ts';
import { hasBody, type JsonDocument, readJsonBody } from './json-body.ts';
import { faultsOf, invalid, parseWith } from './json-faults.ts';
import type { LongPolls } from './long-polls.ts';

/**
 * A route is one entry of one table. The router serves it and the OpenAPI document describes it, from the same
 * schemas, so that they cannot disagree.
 */

/** What every route has at hand. */
export type Api = {
  cluster: Cluster;
  logger: Logger;
  longPolls: LongPolls;
  /** Aborted as soon as this process is told to end. */
  stopping: AbortSignal;
  /** Why this process is not ready though Redis answers; undefined when it is ready. */
  notReady: () => string | undefined;
  /** How often a live stream shows that it lives. */
  heartbeatMs: number;
  /** The scope that ending a running task needs: see `requireKill`. */
  killScope: KillScope;
};

export type Call<Q = unknown, B = unknown> = Api & {
  /** On an open route: nobody, without scopes. */
  caller: Caller;
  params: Record<string, string>;
  query: Q;
  body: B;
  request: Request<Record<string, string>>;
  response: ServerResponse;
};

export type HeaderDoc = { description: string; example?: string | number };

/** One kind of good answer, for the document. */
export type AnswerDoc = {
  description: string;
  schema?: z.ZodType;
  /** Other media types with their schemas; strings stand for text. */
  content?: Record<string, z.ZodType>;
  headers?: Record<string, HeaderDoc>;
  example?: unknown;
};

/** A body of JSON: how it is checked, and what the document says of it. */
export type Body<B> = {
  /** @throws ClusterError request_invalid */
  parse(document: JsonDocument): B;
  schema: z.ZodType;
  /** A missing body means an empty object. Default: false. */
  isOptional?: boolean;
  example?: unknown;
};

export function jsonBody<B>(schema: z.ZodType<B>, doc: Pick<Body<B>, 'isOptional' | 'example'> = {}): Body<B> {
  return { parse: (document) => parseWith(schema, document), schema, ...doc };
}

/** What the audit says of a request; who, from where and with what outcome follows from the rest. */
export type RouteAudit<Q, B> = {
  /** `task.cancel` */
  action: string;
  /** What is changed. Default: the parameter of the path. */
  target?(call: Call<Q, B>): string | undefined;
  /** What was asked for, beside the target: no secrets, and no arguments of tasks. */
  details?(call: Call<Q, B>): object | undefined;
  /** Whether it changes anything: a dry run leaves no entry. Default: it does. */
  isChange?(call: Call<Q, B>): boolean;
  /** What was changed, where the change itself made it. */
  made?(answer: Answer): string | undefined;
};

export type RouteOptions<Q, B> = {
  method: 'get' | 'post' | 'put' | 'patch' | 'delete';
  /** Parameters in braces, as OpenAPI writes them. */
  path: `/${string}`;
  operationId: string;
  tag: string;
  summary: string;
  description?: string;
  entry: Entry;
  /** Keys bound to a company are refused. Default: false. */
  clusterWide?: boolean;
  params?: Record<string, HeaderDoc>;
  query?: z.ZodType<Q> & z.ZodObject;
  /** Request headers that matter, beside `Authorization`. */
  headers?: Record<string, HeaderDoc>;
  body?: Body<B>;
  /** Reads a body that is no JSON. A change is written down after that. */
  readBody?(call: Call<Q, undefined>): Promise<B>;
  /** The document's word on a body that is not read by `body`: schemas by media type. */
  bodyContent?: Record<string, z.ZodType>;
  bodyExample?: unknown;
  answers: Record<number, AnswerDoc>;
  /** Beside those that follow from the rest of the entry. */
  errors?: ClusterErrorCode[];
  /** With every route that changes something by hand. */
  audit?: RouteAudit<Q, B>;
  /** Undefined: it has answered by itself. */
  handle(call: Call<Q, B>): Promise<Answer | undefined> | Answer | undefined;
};

export type Route = RouteOptions<unknown, unknown>;

/** Lets the compiler type `handle` by `query` and `body`. */
export function defineRoute<Q = undefined, B = undefined>(options: RouteOptions<Q, B>): Route {
  return options as RouteOptions<never, never> as Route;
}

const nobody: Caller = { keyId: '', name: '', scopes: [] };

/** The order is the promise: who is it, may they, can they read the answer, is the request well-formed. */
export async function serve(
  route: Route,
  api: Api,
  request: Request<Record<string, string>>,
  response: ServerResponse,
): Promise<void> {
  const { entry, audit, handle } = route;
  const caller = entry === 'open' ? nobody : await authenticate(api.cluster, request.headers.authorization);
  const bare = { ...api, caller, params: request.params, request, response };
  const read = async (): Promise<Call> => {
    if (entry !== 'open') requireScope(caller, entry, route.clusterWide === true);
    requireReadable(request, route);
    const query = route.query && parseQuery(route.query, request.url ?? '');
    const body = route.body
      ? await readBody(route.body, request)
      : await route.readBody?.({ ...bare, query, body: undefined });
    return { ...bare, query, body };
  };
  const answer = audit === undefined ? await handle(await read()) : await audited({ audit, handle }, bare, read);
  if (answer !== undefined) sendAnswer(response, answer);
}

async function readBody<B>(body: Body<B>, request: Request<Record<string, string>>): Promise<B> {
  if (body.isOptional === true && !hasBody(request)) return body.parse({ value: {}, text: '{}' });
  return body.parse(await readJsonBody(request));
}

/** A parameter given twice, or not known, is a fault: a filter that is silently dropped answers something else. */
function parseQuery<Q>(schema: z.ZodType<Q>, url: string): Q {
  const start = url.indexOf('?');
  const given: Record<string, string> = Object.create(null);
  const twice: string[] = [];
  if (start !== -1) {
    for (const [name, value] of new URLSearchParams(url.slice(start + 1))) {
      if (name in given) twice.push(name);
      given[name] = value;
    }
  }
  const parsed = schema.safeParse({ ...given });
  const faults = twice.map((name) => ({ pointer: queryPointer(name), message: 'is given twice' }));
  if (!parsed.success) faults.push(...faultsOf(parsed.error.issues, ([name]) => queryPointer(String(name))));
  if (faults.length > 0) throw invalid(faults);
  return parsed.data as Q;
}

function queryPointer(name: string): string {
  return `?${name}`.slice(0, limits.faultPointerLength);
}

/** @throws ClusterError not_acceptable */
function requireReadable(request: Request<Record<string, string>>, route: Route): void {
  const { accept } = request.headers;
  if (accept === undefined || accept === '' || accept.includes('*/*') || accept.includes('application/json')) return;
  if (Object.values(route.answers).some((answer) => mediaTypesOf(answer).some((type) => takes(accept, type)))) return;
  throw new ClusterError(
    'not_acceptable',
    `The answer is JSON; the header Accept asks for ${JSON.stringify(accept)}.`,
    {
      faults: [{ pointer: 'header:accept', message: 'must take application/json' }],
    },
  );
}

function takes(accept: string, type: string): boolean {
  return accept.includes(type) || accept.includes(`${type.split('/')[0]}/*`);
}

/** The media types that an answer may have; none when it has no body. */
export function mediaTypesOf(answer: AnswerDoc): string[] {
  return [...(answer.schema === undefined ? [] : ['application/json']), ...Object.keys(answer.content ?? {})];
}
