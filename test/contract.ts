import { Ajv2020 } from 'ajv/dist/2020.js';
import formats from 'ajv-formats';
import { expect } from 'vitest';
import type { Answered, ApiStage, AskOptions } from './api-stage.ts';

export type Json = Record<string, unknown>;
type Operation = {
  operationId: string;
  requestBody?: { content: Record<string, { schema: Json; example?: unknown }> };
  responses: Record<string, { headers?: Json; content?: Record<string, { schema: Json; example?: unknown }> }>;
};
export type Document = { paths: Record<string, Record<string, Operation>>; components: { schemas: Json } };

/** The document that an API gives out, held against what it really answers. */
export type Contract = {
  document: Document;
  /** What was answered so far: `enqueueTask 202`. */
  seen: Set<string>;
  /** What does not fit the schema at this place of the document; empty when all does. */
  faultsOf(value: unknown, ...place: string[]): string;
  /** Asks, and checks the answer against what the document says of this operation. */
  ask<T = Json>(operation: string, path: string, options?: AskOptions): Promise<Answered<T>>;
};

/** Headers that the document must tell where they are sent. */
const promised = [
  'location',
  'retry-after',
  'etag',
  'www-authenticate',
  'preference-applied',
  'content-disposition',
  'vary',
];

export async function contractOf(stage: ApiStage): Promise<Contract> {
  const document = (await stage.ask<Document>('/openapi.json')).body;
  const seen = new Set<string>();
  const ajv = new Ajv2020({ strict: false, allErrors: true });
  formats.default(ajv);
  ajv.addSchema(closed(document) as Json, 'document');

  const faultsOf: Contract['faultsOf'] = (value, ...place) => {
    const validate = ajv.compile({ $ref: `document#${encodeURI(pointer(place))}` });
    return validate(value) ? '' : ajv.errorsText(validate.errors);
  };

  const ask: Contract['ask'] = async <T>(operation: string, path: string, options: AskOptions = {}) => {
    const [method = '', template = ''] = operation.split(' ');
    const described = document.paths[template]?.[method.toLowerCase()];
    if (described === undefined) throw new Error(`the document does not describe ${operation}`);
    const answer = await stage.ask<T>(path, { method, ...options });
    const status = String(answer.status);
    const response = described.responses[status];
    expect(response, `${operation} answered ${status}: ${answer.text}`).toBeDefined();
    seen.add(`${described.operationId} ${status}`);
    const type = answer.headers.get('content-type')?.split(';')[0];
    const types = Object.keys(response?.content ?? {});
    expect(types, operation).toEqual(type === undefined ? [] : expect.arrayContaining([type]));
    for (const value of type === undefined ? [] : valuesOf(type, answer)) {
      const place = ['paths', template, method.toLowerCase(), 'responses', status, 'content', type ?? '', 'schema'];
      expect(faultsOf(value, ...place), `${operation} ${status}`).toBe('');
    }
    for (const header of promised) {
      if (answer.headers.has(header)) expect(Object.keys(response?.headers ?? {}), operation).toContain(header);
    }
    return answer;
  };

  return { document, seen, faultsOf, ask };
}

/** Answers may gain fields, so the document leaves its objects open. Here a field that it does not tell is a fault. */
function closed(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(closed);
  if (typeof value !== 'object' || value === null) return value;
  const copy = Object.fromEntries(Object.entries(value).map(([key, entry]) => [key, closed(entry)]));
  if (copy.type === 'object' && copy.properties !== undefined) copy.additionalProperties ??= false;
  return copy;
}

function pointer(place: string[]): string {
  return place.map((part) => `/${part.replaceAll('~', '~0').replaceAll('/', '~1')}`).join('');
}

/** What an answer says, value by value. */
function valuesOf(type: string, { text, body }: Answered<unknown>): unknown[] {
  if (type === 'text/csv') return [text];
  if (type === 'text/event-stream')
    return [...text.matchAll(/^data: (.*)$/gm)].map(([, data]) => JSON.parse(data ?? ''));
  if (type !== 'application/x-ndjson') return [body];
  return text
    .trim()
    .split('\n')
    .map((line) => JSON.parse(line));
}
