import { ChainRequest, type Fault, FlowRequest, limits } from '@drover/core';
import type { z } from 'zod';
import type { JsonDocument } from './json-body.ts';
import { faultOfArguments, invalid, parseWith } from './json-faults.ts';

/**
 * A flow as its body asks for it, each task by itself: what they mean together is checked where it is kept.
 * @throws ClusterError request_invalid
 */
export function flowRequestOf(document: JsonDocument): FlowRequest {
  return keepable(FlowRequest, document, 'tasks');
}

/** @throws ClusterError request_invalid */
export function chainRequestOf(document: JsonDocument): ChainRequest {
  return keepable(ChainRequest, document, 'steps');
}

type Asked = { args?: unknown; kwargs?: unknown };

/** The arguments are judged as they were written, before anything is made of them. */
function keepable<T>(schema: z.ZodType<T>, document: JsonDocument, list: 'tasks' | 'steps'): T {
  const request = parseWith(schema, document);
  const asked = (document.value as Record<typeof list, Asked[]>)[list];
  const faults = asked.flatMap(({ args, kwargs }, index): Fault[] => {
    const at = [list, index];
    const fault = faultOfArguments(args, 'args', document, at) ?? faultOfArguments(kwargs, 'kwargs', document, at);
    if (fault === undefined) return [];
    return [{ ...fault, pointer: `/${list}/${index}${fault.pointer}`.slice(0, limits.faultPointerLength) }];
  });
  if (faults.length > 0) throw invalid(faults.slice(0, limits.faults));
  return request;
}
