import { type Fault, JobRequest, JobRun, limits } from '@drover/core';
import type { JsonDocument } from './json-body.ts';
import { faultOfArguments, invalid, parseWith } from './json-faults.ts';

/**
 * A job as its body asks for it, each field by itself: what they mean together is checked where it is kept.
 * @throws ClusterError request_invalid
 */
export function jobRequestOf(document: JsonDocument): JobRequest {
  const request = parseWith(JobRequest, document);
  requireKept(jobArgumentFaults(document.value, document, []));
  return request;
}

/** @throws ClusterError request_invalid */
export function jobRunOf(document: JsonDocument): JobRun {
  const run = parseWith(JobRun, document);
  const { lines = {} } = document.value as { lines?: Record<string, Asked> };
  const faults = Object.entries(lines).flatMap(([number, line]) => {
    // A record passes over this one.
    if (number === '__proto__') return [{ pointer: '/lines/__proto__', message: 'must be the number of a line' }];
    return faultsOfParts(line, document, ['lines', number]);
  });
  requireKept(faults);
  return run;
}

type Place = (string | number)[];
type Asked = { args?: unknown; kwargs?: unknown; definition?: unknown };

/**
 * Arguments are judged as they were written, before anything is made of them. Pointers stand in the job.
 * @param at where in the document the job is
 */
export function jobArgumentFaults(value: unknown, document: JsonDocument, at: Place): Fault[] {
  const { condition, lines } = value as { condition?: Asked; lines: Asked[] };
  return [
    ...(condition === undefined ? [] : faultsOfParts(condition, document, ['condition'], at)),
    ...lines.flatMap((line, index) => faultsOfParts(line, document, ['lines', index], at)),
  ].slice(0, limits.faults);
}

function faultsOfParts(asked: Asked, document: JsonDocument, place: Place, before: Place = []): Fault[] {
  const root = place.map((part) => `/${part}`).join('');
  return (['args', 'kwargs', 'definition'] as const).flatMap((part) => {
    const fault = faultOfArguments(asked[part], part, document, [...before, ...place]);
    if (fault === undefined) return [];
    return [{ ...fault, pointer: `${root}${fault.pointer}`.slice(0, limits.faultPointerLength) }];
  });
}

function requireKept(faults: Fault[]): void {
  if (faults.length > 0) throw invalid(faults.slice(0, limits.faults));
}
