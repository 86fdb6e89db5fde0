import { readFileSync } from 'node:fs';
import { ClusterError, type ClusterErrorCode, clusterErrors, Problem } from '@drover/core';
import type { z } from 'zod';
import { jsonMediaType } from './answer.ts';
import { JsonSchemas } from './json-schemas.ts';
import { problemHeaders, problemMediaType, problemOf, problemTypeBase } from './problem.ts';
import type { AnswerDoc, HeaderDoc, Route } from './route.ts';

/** The OpenAPI 3.1 document, made from the table of routes. */

type JsonObject = Record<string, unknown>;

const tags = [
  { name: 'Tasks', description: 'A task is one request to run a method with given arguments.' },
  {
    name: 'Executions',
    description: 'An execution is one try at a task, running or ended: together, the process monitor.',
  },
  {
    name: 'Flows',
    description: 'A flow is a set of tasks that wait for each other; a chain is one whose tasks run in a row.',
  },
  {
    name: 'Jobs',
    description: 'A job is a stored list of lines, actions and filters; a job result is the record of one run.',
  },
  { name: 'Statistics', description: 'Figures of what was done, and of what went wrong.' },
  { name: 'Schedules', description: 'A schedule is a rule that creates tasks at times.' },
  { name: 'Models', description: 'What the cluster can do: the methods that live workers announce.' },
  { name: 'Queues', description: 'Where tasks wait.' },
  { name: 'Cluster', description: 'The workers, and the figures of the whole.' },
  {
    name: 'Keys',
    description: 'Who may do what. A key bound to a company sees and touches the tasks of that company only.',
  },
  { name: 'Audit', description: 'Who changed what, when and from where.' },
  { name: 'Health', description: 'For orchestrators and load balancers.' },
];

const description = `Drover runs background work: ask over HTTP for a method of a model to be run, now or later, and worker processes run it.

- JSON in UTF-8, names in camelCase. Instants are ISO 8601, answered in UTC. Durations have their unit in their name.
- Send \`Authorization: Bearer <token>\`.
- Errors are problems (RFC 9457). \`code\` is for programs, \`detail\` for people, \`errors\` tells what is wrong where: a JSON Pointer into the body, \`?name\` for a query parameter, \`header:name\` for a header. \`type\` is \`${problemTypeBase}\` with the code: an identifier, not a page.
- 503 and 429 come with \`Retry-After\`; under an \`Idempotency-Key\`, enqueueing again makes no second task.
- Answers may gain fields: pass over those that you do not know.`;

export function buildOpenApi(routes: readonly Route[]): JsonObject {
  const schemas = new JsonSchemas();
  const paths: Record<string, JsonObject> = {};
  for (const route of routes) {
    const path = paths[route.path] ?? {};
    path[route.method] = operationOf(route, schemas);
    paths[route.path] = path;
  }
  return {
    openapi: '3.1.1',
    info: {
      title: 'Drover',
      version: packageVersion(),
      description,
      license: { name: 'MIT', identifier: 'MIT' },
    },
    servers: [{ url: '/', description: 'The server that this document comes from.' }],
    security: [{ token: [] }],
    tags,
    paths,
    components: {
      securitySchemes: {
        token: { type: 'http', scheme: 'bearer', description: 'ADMIN_TOKEN, or the token of a key.' },
      },
      schemas: schemas.components,
    },
  };
}

function packageVersion(): string {
  const text = readFileSync(new URL('../package.json', import.meta.url), 'utf8');
  return (JSON.parse(text) as { version: string }).version;
}

function operationOf(route: Route, schemas: JsonSchemas): JsonObject {
  const operation: JsonObject = {
    operationId: route.operationId,
    tags: [route.tag],
    summary: route.summary,
    description: [route.description, entryWords(route)].filter(Boolean).join('\n\n'),
  };
  if (route.entry === 'open') operation.security = [];
  const parameters = parametersOf(route, schemas);
  if (parameters.length > 0) operation.parameters = parameters;
  const requestBody = requestBodyOf(route, schemas);
  if (requestBody !== undefined) operation.requestBody = requestBody;
  operation.responses = { ...answersOf(route, schemas), ...problemsOf(route, schemas) };
  return operation;
}

function entryWords({ entry, clusterWide }: Route): string {
  if (entry === 'open') return 'Needs no token.';
  const scope = entry === 'known' ? 'Needs any token.' : `Needs the scope \`${entry}\`, or \`admin\`.`;
  return clusterWide === true ? `${scope} Refused to keys that are bound to a company.` : scope;
}

function parametersOf(route: Route, schemas: JsonSchemas): JsonObject[] {
  const parameters: JsonObject[] = [];
  for (const [name, doc] of Object.entries(route.params ?? {})) {
    parameters.push({ name, in: 'path', required: true, schema: { type: 'string' }, ...doc });
  }
  const query = route.query && schemas.of(route.query, 'input');
  const required = (query?.required ?? []) as string[];
  for (const [name, schema] of Object.entries((query?.properties ?? {}) as Record<string, JsonObject>)) {
    const { description: text, ...rest } = schema;
    parameters.push({ name, in: 'query', required: required.includes(name), description: text, schema: rest });
  }
  for (const [name, doc] of Object.entries(route.headers ?? {})) {
    parameters.push({ name, in: 'header', required: false, schema: { type: 'string' }, ...doc });
  }
  return parameters;
}

function requestBodyOf(route: Route, schemas: JsonSchemas): JsonObject | undefined {
  const content = route.bodyContent ?? (route.body && { [jsonMediaType]: route.body.schema });
  if (content === undefined) return undefined;
  const example = route.bodyExample ?? route.body?.example;
  const described = Object.entries(content).map(([mediaType, schema]) => [
    mediaType,
    {
      schema: schemas.of(schema, 'input'),
      ...(mediaType === jsonMediaType && example !== undefined ? { example } : {}),
    },
  ]);
  return { required: route.body?.isOptional !== true, content: Object.fromEntries(described) };
}

function answersOf(route: Route, schemas: JsonSchemas): JsonObject {
  const answers = Object.entries(route.answers).map(([status, answer]) => [status, answerOf(answer, schemas)]);
  return Object.fromEntries(answers);
}

function answerOf(
  { description: text, schema, content = {}, headers, example }: AnswerDoc,
  schemas: JsonSchemas,
): JsonObject {
  const byType: [string, z.ZodType][] = Object.entries(content);
  if (schema !== undefined) byType.unshift([jsonMediaType, schema]);
  const described = byType.map(([mediaType, each]) => [
    mediaType,
    {
      schema: schemas.of(each, 'output'),
      ...(mediaType === jsonMediaType && example !== undefined ? { example } : {}),
    },
  ]);
  return {
    description: text,
    ...(headers === undefined ? {} : { headers: headersOf(headers) }),
    ...(described.length === 0 ? {} : { content: Object.fromEntries(described) }),
  };
}

function headersOf(headers: Record<string, HeaderDoc>): JsonObject {
  const described = Object.entries(headers).map(([name, { description: text, example }]) => [
    name,
    {
      description: text,
      schema: { type: typeof example === 'number' ? 'integer' : 'string' },
      ...(example === undefined ? {} : { example }),
    },
  ]);
  return Object.fromEntries(described);
}

/** Every problem that the route may answer, by status: those of the table, and those that follow from its entry. */
function problemsOf(route: Route, schemas: JsonSchemas): JsonObject {
  const byStatus = new Map<number, Set<ClusterErrorCode>>();
  for (const code of [...impliedErrors(route), ...(route.errors ?? [])]) {
    const { status } = clusterErrors[code];
    byStatus.set(status, (byStatus.get(status) ?? new Set()).add(code));
  }
  const described = [...byStatus]
    .sort(([a], [b]) => a - b)
    .map(([status, codes]) => [status, problemAnswer([...codes], schemas)]);
  return Object.fromEntries(described);
}

function impliedErrors({ entry, query, body, answers }: Route): ClusterErrorCode[] {
  const codes: ClusterErrorCode[] = [];
  if (entry !== 'open') codes.push('token_missing', 'token_invalid', 'redis_unavailable');
  if (entry !== 'open' && entry !== 'known') codes.push('scope_missing');
  if (body !== undefined) codes.push('body_invalid', 'request_timeout', 'body_too_large', 'content_type_unsupported');
  if (body !== undefined || query !== undefined) codes.push('request_invalid');
  if (Object.values(answers).some(({ schema }) => schema !== undefined)) codes.push('not_acceptable');
  return codes;
}

function problemAnswer(codes: ClusterErrorCode[], schemas: JsonSchemas): JsonObject {
  const examples = codes.map((code) => [
    code,
    { value: problemOf(new ClusterError(code, clusterErrors[code].title), '/v1/tasks') },
  ]);
  const headers = Object.assign({}, ...codes.map(problemHeaders)) as Record<string, string>;
  const docs: Record<string, HeaderDoc> = {};
  if (headers['retry-after'] !== undefined)
    docs['retry-after'] = { description: 'When to try again, seconds.', example: 2 };
  if (headers['www-authenticate'] !== undefined) {
    docs['www-authenticate'] = { description: 'The challenge (RFC 6750).', example: headers['www-authenticate'] };
  }
  return {
    description: codes.map((code) => `\`${code}\`: ${clusterErrors[code].title}.`).join(' '),
    ...(Object.keys(docs).length === 0 ? {} : { headers: headersOf(docs) }),
    content: {
      [problemMediaType]: { schema: schemas.of(Problem, 'output'), examples: Object.fromEntries(examples) },
    },
  };
}
