import type { IncomingMessage } from 'node:http';
import { ClusterError, type ImportItem, type ImportReport, limits } from '@drover/core';
import { z } from 'zod';
import { contentTypeOf, type JsonDocument, parseJsonText, readText, shown } from './json-body.ts';
import { faultsOf, invalid, pointerOf } from './json-faults.ts';
import { parseYaml } from './yaml-text.ts';

/** Files of Drover's own, `{drover: 1, jobs: […]}`, and what several imports have in common. */

/** With the media types that they may come as. The first format that fits is the default. */
export const ownFormats = {
  json: ['application/json'],
  yaml: ['application/yaml', 'application/x-yaml', 'text/yaml', 'text/x-yaml'],
} as const satisfies Record<string, readonly string[]>;
export type OwnFormat = keyof typeof ownFormats;

/**
 * The text of a file, which may also come as plain text when its format is said.
 *
 * @param asked the format that the query names
 * @param instead what to do with more than a body may have
 * @throws ClusterError content_type_unsupported, body_invalid, body_too_large
 */
export async function readFileText<F extends string>(
  request: IncomingMessage,
  formats: Record<F, readonly string[]>,
  asked: F | undefined,
  instead: string,
): Promise<{ format: F; text: string }> {
  const type = contentTypeOf(request);
  const format = asked ?? (Object.keys(formats) as F[]).find((each) => formats[each].includes(type));
  const types = format === undefined ? [] : [...formats[format], 'text/plain'];
  if (format === undefined || !types.includes(type)) {
    throw unsupported(type, types.length > 0 ? types : Object.values<readonly string[]>(formats).flat());
  }
  return { format, text: await readText(request, type, instead) };
}

function unsupported(type: string, expected: readonly string[]): ClusterError {
  const message = `must be ${[...new Set(expected)].join(', ')}`;
  return new ClusterError(
    'content_type_unsupported',
    `The content type ${message}; got ${type === '' ? 'none' : shown(type)}.`,
    { faults: [{ pointer: 'header:content-type', message }] },
  );
}

/** @throws ClusterError body_invalid, request_invalid */
export function parseOwn(text: string, format: OwnFormat): JsonDocument {
  if (format === 'json') return parseJsonText(text, 'The body');
  const value = parseYaml(text);
  return { value, text: JSON.stringify(value) ?? 'null' };
}

/** One of a file, and where it stands in it. */
type OwnItem = { value: unknown; place: (string | number)[]; source: string };

/**
 * `{drover: 1, <name>: […]}`, or the list alone.
 * @throws ClusterError request_invalid
 */
export function ownItems({ value }: JsonDocument, name: string): OwnItem[] {
  const isList = Array.isArray(value);
  const list = isList ? (value as unknown[]) : listIn(value, name);
  return list.map((each, index) => {
    const place = isList ? [index] : [name, index];
    return { value: each, place, source: `#${pointerOf(place)}` };
  });
}

function listIn(value: unknown, name: string): unknown[] {
  const parsed = z.strictObject({ drover: z.literal(1), [name]: z.array(z.unknown()) }).safeParse(value);
  if (!parsed.success) throw invalid(faultsOf(parsed.error.issues, pointerOf));
  return (parsed.data as Record<string, unknown[]>)[name] ?? [];
}

/** What it calls itself, whatever else is wrong with it. */
export function nameIn(value: unknown): string | undefined {
  const { name } = (typeof value === 'object' && value !== null ? value : {}) as { name?: unknown };
  return typeof name === 'string' ? name.slice(0, limits.nameLength) : undefined;
}

/** Why one was refused. */
export function refusal({ faults, message }: ClusterError): Pick<ImportItem, 'result' | 'faults'> {
  return { result: 'refused', faults: faults.length > 0 ? faults : [{ pointer: '', message }] };
}

export function reportOf(dryRun: boolean, items: ImportItem[]): ImportReport {
  const count = (result: ImportItem['result']) => items.filter((item) => item.result === result).length;
  const counts = { created: count('created'), updated: count('updated'), unchanged: count('unchanged') };
  return { dryRun, ...counts, refused: count('refused'), items };
}
