import type { Fault, MethodInfo, Task } from '@drover/core';
import { readJson, writeJson } from '../json-text.ts';
import { takesNothing } from './form-schema.ts';
import { withoutTail } from './run-request.ts';
import { checkValue } from './schema-check.ts';

/** The arguments as they are typed: in a form, or as two JSON texts. */
export type Draft = { mode: 'form'; args: unknown; kwargs: unknown } | { mode: 'json'; args: string; kwargs: string };

type Given = Pick<Task, 'args' | 'kwargs'>;

export function draftOf(method: MethodInfo, source: Given | undefined): Extract<Draft, { mode: 'form' }> {
  return { mode: 'form', args: filledUp(method.argsSchema, source?.args ?? []), kwargs: source?.kwargs ?? {} };
}

/** The form draws as many positional arguments as there are: a tuple has its places from the beginning. */
function filledUp({ prefixItems }: MethodInfo['argsSchema'], args: readonly unknown[]): unknown[] {
  const places = Array.isArray(prefixItems) ? prefixItems.length : 0;
  return Array.from({ length: Math.max(places, args.length) }, (_, index) => args[index]);
}

/** The same arguments typed the other way; undefined when the texts are not JSON. */
export function turned(method: MethodInfo, draft: Draft): Draft | undefined {
  if (draft.mode === 'form')
    return { mode: 'json', args: writeJson(withoutTail(draft.args)), kwargs: writeJson(draft.kwargs) };
  const args = readJson(draft.args);
  const kwargs = readJson(draft.kwargs);
  if ('fault' in args || 'fault' in kwargs) return undefined;
  if (!Array.isArray(args.value)) return undefined;
  return { mode: 'form', args: filledUp(method.argsSchema, args.value), kwargs: kwargs.value };
}

/** What would be sent; a text that is not JSON counts as empty. */
export function valuesOf(draft: Draft): { args: unknown; kwargs: unknown } {
  if (draft.mode === 'form') return { args: draft.args, kwargs: draft.kwargs };
  const args = readJson(draft.args);
  const kwargs = readJson(draft.kwargs);
  return { args: 'value' in args ? args.value : [], kwargs: 'value' in kwargs ? kwargs.value : {} };
}

/** What the page can see is wrong before the API does. */
export function faultsOf(method: MethodInfo, draft: Draft): Fault[] {
  const broken = draft.mode === 'json' ? [...textFault('args', draft.args), ...textFault('kwargs', draft.kwargs)] : [];
  if (broken.length > 0) return broken;
  const { args, kwargs } = valuesOf(draft);
  return [
    ...checked(method.argsSchema, Array.isArray(args) ? withoutTail(args) : args, '/args'),
    ...checked(method.kwargsSchema, kwargs, '/kwargs'),
  ];
}

function textFault(field: 'args' | 'kwargs', text: string): Fault[] {
  const read = readJson(text);
  return 'fault' in read ? [{ pointer: `/${field}`, message: read.fault }] : [];
}

/** Where there is nothing to fill in there is nowhere to show a fault either: the API tells. */
function checked(schema: MethodInfo['argsSchema'], value: unknown, at: string): Fault[] {
  return takesNothing(schema) ? [] : checkValue(schema, value, at);
}
