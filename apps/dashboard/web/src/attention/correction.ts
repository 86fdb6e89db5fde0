import type { Fault, Json, MethodInfo, Task, TaskPatch } from '@drover/core';
import { readJson, writeJson } from '../json-text.ts';
import { type Draft, draftOf, faultsOf, valuesOf } from '../run/draft.ts';
import { withDefaults } from '../run/form-defaults.ts';
import { argsFormSchemaOf, formSchemaOf, takesNothing } from '../run/form-schema.ts';
import { withoutTail } from '../run/run-request.ts';

/** The arguments of a task, to be put right by form. Where no form can show all of them, as JSON. */
export function correctionOf(method: MethodInfo | undefined, task: Task): Draft {
  if (method !== undefined) return draftOf(method, task);
  return { mode: 'json', args: writeJson(task.args), kwargs: writeJson(task.kwargs) };
}

/** Whether a form made from the method's schemas has a place for everything that the task was given. */
export function isFormFit(method: MethodInfo, { args, kwargs }: Pick<Task, 'args' | 'kwargs'>): boolean {
  const hasRoom = (schema: MethodInfo['argsSchema'], count: number) => count === 0 || !takesNothing(schema);
  return hasRoom(method.argsSchema, args.length) && hasRoom(method.kwargsSchema, Object.keys(kwargs).length);
}

/** What can be seen to be wrong before the API is asked. */
export function faultsOfCorrection(method: MethodInfo | undefined, draft: Draft): Fault[] {
  const shape = draft.mode === 'json' ? shapeFaults(draft) : [];
  if (shape.length > 0 || method === undefined) return shape;
  return faultsOf(method, draft);
}

function shapeFaults({ args, kwargs }: Extract<Draft, { mode: 'json' }>): Fault[] {
  const list = readJson(args);
  const object = readJson(kwargs);
  const faults: Fault[] = [];
  if ('fault' in list) faults.push({ pointer: '/args', message: list.fault });
  else if (!Array.isArray(list.value)) faults.push({ pointer: '/args', message: 'must be a list: [ … ]' });
  if ('fault' in object) faults.push({ pointer: '/kwargs', message: object.fault });
  else if (!isObject(object.value)) faults.push({ pointer: '/kwargs', message: 'must be an object: { … }' });
  return faults;
}

/** What of the arguments is new. Defaults that the form has filled in say what would be so anyway. */
export function patchOf(
  method: MethodInfo | undefined,
  task: Pick<Task, 'args' | 'kwargs'>,
  draft: Draft,
): Pick<TaskPatch, 'args' | 'kwargs'> {
  const values = valuesOf(draft);
  const args = withoutTail(values.args);
  const kwargs = isObject(values.kwargs) ? values.kwargs : {};
  const shown = method === undefined ? task : asShown(method, task);
  return {
    ...(isSame(args, task.args) || isSame(args, shown.args) ? {} : { args }),
    ...(isSame(kwargs, task.kwargs) || isSame(kwargs, shown.kwargs) ? {} : { kwargs }),
  };
}

function asShown(method: MethodInfo, task: Pick<Task, 'args' | 'kwargs'>): { args: unknown; kwargs: unknown } {
  const { args, kwargs } = draftOf(method, task);
  return {
    args: withoutTail(withDefaults(argsFormSchemaOf(method.argsSchema), args)),
    kwargs: withDefaults(formSchemaOf(method.kwargsSchema), kwargs),
  };
}

/** Whether two values are one as JSON: the order of names in an object means nothing. */
export function isSame(left: unknown, right: unknown): boolean {
  return canonical(left) === canonical(right);
}

function canonical(value: unknown): string | undefined {
  return JSON.stringify(value, (_, part: unknown) =>
    isObject(part) ? Object.fromEntries(Object.entries(part).sort(([a], [b]) => (a < b ? -1 : 1))) : part,
  );
}

function isObject(value: unknown): value is Record<string, Json> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
