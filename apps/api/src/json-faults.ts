import { ClusterError, type Fault, limits } from '@drover/core';
import type { z } from 'zod';
import type { JsonDocument } from './json-body.ts';
import { scanJson } from './json-text.ts';

/**
 * What is wrong with a request, as places and words. Places are JSON Pointers (RFC 6901) into the body; the same code
 * serves a query, whose places are `?name`.
 */

type Place = readonly PropertyKey[];

export function pointerOf(place: Place): string {
  const pointer = place.map((part) => `/${String(part).replaceAll('~', '~0').replaceAll('/', '~1')}`).join('');
  return pointer.slice(0, limits.faultPointerLength);
}

/** @throws ClusterError request_invalid with every fault */
export function parseWith<T>(schema: z.ZodType<T>, document: JsonDocument): T {
  const parsed = schema.safeParse(document.value);
  if (!parsed.success) throw invalid(faultsOf(parsed.error.issues, pointerOf));
  return parsed.data;
}

export function invalid(faults: Fault[]): ClusterError {
  const [first, ...others] = faults;
  const place = first === undefined || first.pointer === '' ? 'the body' : first.pointer;
  const more = others.length === 0 ? '' : `, and ${others.length} more`;
  return new ClusterError('request_invalid', `${place}: ${first?.message ?? 'is not valid'}${more}.`, { faults });
}

/** One fault for each place. An unknown key is at its own place. */
export function faultsOf(issues: readonly z.core.$ZodIssue[], pointer: (place: Place) => string): Fault[] {
  const faults = new Map<string, Fault>();
  const add = (place: Place, message: string) => {
    const at = pointer(place);
    if (!faults.has(at) && faults.size < limits.faults) faults.set(at, { pointer: at, message });
  };
  for (const issue of issues) {
    if (issue.code === 'unrecognized_keys')
      for (const key of issue.keys) add([...issue.path, key], 'is not known here');
    else add(issue.path, wordsOf(issue));
  }
  return [...faults.values()];
}

function wordsOf(issue: z.core.$ZodIssue): string {
  if (issue.code === 'invalid_type' && issue.message.endsWith('received undefined')) return 'is required';
  if (issue.code === 'invalid_union') return 'fits none of the allowed forms';
  return issue.message.replace(/^Invalid input: /, '').replace(/^./, (letter) => letter.toLowerCase());
}

/**
 * What cannot be kept as it was written is refused rather than changed: nesting beyond the limit, numbers beyond a
 * double, whole numbers that a double would round. `__proto__` is refused for the sake of code that copies arguments
 * with `Object.assign`; every other name, `constructor` too, is data like any other. Keys given twice: the last counts.
 *
 * @param name `args` or `kwargs`
 * @param at where in the document the task is; pointers begin there
 */
export function faultOfArguments(
  value: unknown,
  name: string,
  document: JsonDocument,
  at: Place = [],
): Fault | undefined {
  const scan: Scan = { mayBeInexact: false };
  const found = faultIn(value, 1, scan);
  if (found !== undefined) return { pointer: pointerOf([name, ...found.place.reverse()]), message: found.message };
  if (!scan.mayBeInexact) return undefined;
  const start = [...at, name];
  const inexact = inexactOf(document).find((place) => start.every((part, index) => place[index] === part));
  if (inexact === undefined) return undefined;
  return { pointer: pointerOf(inexact.slice(at.length)), message: 'would be rounded: send it as a string' };
}

/** Of one document that holds many tasks, it is asked for each. */
const scanned = new WeakMap<JsonDocument, Place[]>();

function inexactOf(document: JsonDocument): Place[] {
  const places = scanned.get(document) ?? scanJson(document.text).inexact;
  scanned.set(document, places);
  return places;
}

type Scan = { mayBeInexact: boolean };
/** `place` is inside out. */
type Found = { place: PropertyKey[]; message: string };

function faultIn(value: unknown, depth: number, scan: Scan): Found | undefined {
  if (typeof value === 'number') {
    if (!Number.isFinite(value))
      return { place: [], message: 'is beyond the numbers that can be kept: send it as a string' };
    if (!Number.isSafeInteger(value) && Number.isInteger(value)) scan.mayBeInexact = true;
    return undefined;
  }
  if (typeof value !== 'object' || value === null) return undefined;
  if (depth > limits.argsDepth) return { place: [], message: `is nested deeper than ${limits.argsDepth} levels` };
  return Array.isArray(value) ? faultInArray(value, depth, scan) : faultInObject(value, depth, scan);
}

function faultInArray(value: unknown[], depth: number, scan: Scan): Found | undefined {
  for (let index = 0; index < value.length; index += 1) {
    const found = faultIn(value[index], depth + 1, scan);
    if (found !== undefined) return inside(found, index);
  }
  return undefined;
}

function faultInObject(value: object, depth: number, scan: Scan): Found | undefined {
  for (const key of Object.keys(value)) {
    if (key === '__proto__') return { place: [key], message: 'is not allowed as a name' };
    const found = faultIn((value as Record<string, unknown>)[key], depth + 1, scan);
    if (found !== undefined) return inside(found, key);
  }
  return undefined;
}

function inside(found: Found, part: PropertyKey): Found {
  found.place.push(part);
  return found;
}
