import { ClusterError, TaskPatch, TaskRequest } from '@drover/core';
import { type JsonDocument, parseJson } from './json-body.ts';
import { faultOfArguments, faultsOf, invalid, pointerOf } from './json-faults.ts';

type Arguments = { args?: unknown; kwargs?: unknown };

/**
 * A task as its body, or its line, asks for it. Pointers of faults begin at the task.
 * @throws ClusterError request_invalid
 */
export function taskRequestOf(value: unknown, document: JsonDocument, at: (string | number)[] = []): TaskRequest {
  const parsed = TaskRequest.safeParse(value);
  if (!parsed.success) throw invalid(faultsOf(parsed.error.issues, pointerOf));
  refuseUnkeepable(value as Arguments, document, at);
  return parsed.data;
}

/** @throws ClusterError request_invalid */
export function taskPatchOf(document: JsonDocument): TaskPatch {
  const parsed = TaskPatch.safeParse(document.value);
  if (!parsed.success) throw invalid(faultsOf(parsed.error.issues, pointerOf));
  refuseUnkeepable(document.value as Arguments, document, []);
  return parsed.data;
}

/** @throws ClusterError body_invalid, request_invalid */
export function taskRequestOfLine(line: Buffer): TaskRequest {
  const document = parseJson(line, 'The line');
  return taskRequestOf(document.value, document);
}

function refuseUnkeepable({ args, kwargs }: Arguments, document: JsonDocument, at: (string | number)[]): void {
  const fault = faultOfArguments(args, 'args', document, at) ?? faultOfArguments(kwargs, 'kwargs', document, at);
  if (fault !== undefined) throw invalid([fault]);
}

/** What went wrong with one of many. Anything that is no `ClusterError` is thrown on. */
export function orProblem<T>(make: () => T): T | ClusterError {
  try {
    return make();
  } catch (error) {
    if (error instanceof ClusterError) return error;
    throw error;
  }
}
