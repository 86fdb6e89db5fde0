import { limits, SchedulePatch, ScheduleRequest } from '@drover/core';
import type { z } from 'zod';
import type { JsonDocument } from './json-body.ts';
import { faultOfArguments, invalid, parseWith } from './json-faults.ts';

/**
 * A schedule as its body asks for it, each field by itself: what they mean together is checked where it is kept.
 * @throws ClusterError request_invalid
 */
export function scheduleRequestOf(document: JsonDocument): ScheduleRequest {
  return keepable(ScheduleRequest, document);
}

/** @throws ClusterError request_invalid */
export function schedulePatchOf(document: JsonDocument): SchedulePatch {
  return keepable(SchedulePatch, document);
}

/** The arguments are judged as they were written, before anything is made of them. */
function keepable<T>(schema: z.ZodType<T>, document: JsonDocument): T {
  const request = parseWith(schema, document);
  const { task } = document.value as { task?: { args?: unknown; kwargs?: unknown } };
  const fault =
    faultOfArguments(task?.args, 'args', document, ['task']) ??
    faultOfArguments(task?.kwargs, 'kwargs', document, ['task']);
  if (fault === undefined) return request;
  throw invalid([{ ...fault, pointer: `/task${fault.pointer}`.slice(0, limits.faultPointerLength) }]);
}
