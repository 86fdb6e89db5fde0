import {
  type Fault,
  fullMethodName,
  type Job,
  type JobLine,
  type JobRequest,
  type JobRequestInput,
  type Json,
  type MethodInfo,
  type ModelInfo,
  splitMethodName,
} from '@drover/core';
import { type Draft, draftOf, turned, valuesOf } from '../../run/draft.ts';
import { withoutTail } from '../../run/run-request.ts';
import { argumentsOf, isOffered, methodOf } from '../../schedules/form/template-draft.ts';

/** A line, as it is typed. */
export type LineDraft = {
  /** Stays the same, whatever else changes. */
  key: string;
  number: number | string;
  active: boolean;
  kind: JobLine['kind'];
  name: string;
  /** Model and method; null while none is chosen. */
  fullName: string | null;
  /** A filter has its definition as the named ones. */
  args: Draft;
  takesIds: boolean;
  module: string;
  queue: string;
  priority: number | string;
  maxRetries: number | string;
  timeoutSeconds: number | string;
  /** Counts what was changed from outside of its own fields. */
  revision: number;
};

export type ConditionDraft = { fullName: string | null; args: Draft };

/** A job, as it is typed. */
export type JobDraft = {
  name: string;
  description: string;
  company: string;
  active: boolean;
  stopsOnError: boolean;
  module: string;
  timeZone: string;
  condition: ConditionDraft;
  lines: LineDraft[];
};

const nothing: Draft = { mode: 'form', args: [], kwargs: {} };

let made = 0;

export function newLine(number: number, kind: JobLine['kind'] = 'action'): LineDraft {
  made += 1;
  return {
    key: `line-${made}`,
    number,
    active: true,
    kind,
    name: '',
    fullName: null,
    args: nothing,
    takesIds: false,
    module: '',
    queue: '',
    priority: '',
    maxRetries: '',
    timeoutSeconds: '',
    revision: 0,
  };
}

export function newJob(timeZone: string): JobDraft {
  return {
    name: '',
    description: '',
    company: '',
    active: true,
    stopsOnError: true,
    module: '',
    timeZone,
    condition: { fullName: null, args: nothing },
    lines: [newLine(10)],
  };
}

export function jobDraftOf(job: Job, models: readonly ModelInfo[]): JobDraft {
  const { name, description = '', company = '', active, stopsOnError, module = '', timeZone = 'UTC', condition } = job;
  return {
    name,
    description,
    company,
    active,
    stopsOnError,
    module,
    timeZone,
    condition: condition === undefined ? { fullName: null, args: nothing } : conditionOf(condition, models),
    lines: [...job.lines].sort((a, b) => a.number - b.number).map((line) => lineDraftOf(line, models)),
  };
}

function conditionOf(condition: NonNullable<JobRequest['condition']>, models: readonly ModelInfo[]): ConditionDraft {
  const fullName = fullMethodName(condition.model, condition.method);
  return { fullName, args: argumentsOf(methodOf(models, fullName), condition) };
}

function lineDraftOf(line: JobLine, models: readonly ModelInfo[]): LineDraft {
  const { number, active, kind, name = '', takesIds, module = '', queue = '' } = line;
  const { priority = '', maxRetries = '', timeoutSeconds = '' } = line;
  const fullName = fullMethodName(line.model, line.method);
  const given = kind === 'filter' ? { args: [], kwargs: line.definition } : { args: line.args, kwargs: line.kwargs };
  const shown = shownMethod(methodOf(models, fullName), line);
  return {
    ...newLine(number, kind),
    active,
    name,
    fullName,
    args: argumentsOf(shown, given),
    takesIds,
    module,
    queue,
    priority,
    maxRetries,
    timeoutSeconds,
  };
}

/** The method as the form of a line shows it: what the line is given by itself has no field. */
export function shownMethod(method: MethodInfo, { kind, takesIds }: Pick<LineDraft, 'kind' | 'takesIds'>): MethodInfo {
  if (kind === 'filter') return { ...method, argsSchema: { type: 'array', maxItems: 0 } };
  return takesIds ? { ...method, argsSchema: withoutFirst(method.argsSchema) } : method;
}

/** The schema of positional arguments, after the first one. */
function withoutFirst(schema: MethodInfo['argsSchema']): MethodInfo['argsSchema'] {
  const { prefixItems, minItems, maxItems } = schema;
  return {
    ...schema,
    ...(Array.isArray(prefixItems) ? { prefixItems: prefixItems.slice(1) } : {}),
    ...(typeof minItems === 'number' ? { minItems: Math.max(0, minItems - 1) } : {}),
    ...(typeof maxItems === 'number' ? { maxItems: Math.max(0, maxItems - 1) } : {}),
  };
}

/** Another method begins with no arguments. One that nobody offers has no form. */
export function newArguments(method: MethodInfo): Draft {
  const form = draftOf(method, undefined);
  return isOffered(method) ? form : (turned(method, form) ?? form);
}

/** As the API is asked. What says nothing is left out. */
export function jobRequestOf(draft: JobDraft): JobRequestInput {
  const { description, company, module, timeZone, active, stopsOnError, condition } = draft;
  return {
    name: draft.name.trim(),
    ...textIn('description', description),
    ...textIn('company', company),
    active,
    stopsOnError,
    ...textIn('module', module),
    timeZone,
    ...(condition.fullName === null
      ? {}
      : { condition: { ...methodParts(condition.fullName), ...partsOf(condition) } }),
    lines: draft.lines.map(lineRequestOf),
  };
}

function lineRequestOf(line: LineDraft): JobRequestInput['lines'][number] {
  const { number, active, kind, fullName, takesIds } = line;
  const { args, kwargs } = partsOf(line);
  return {
    number: number as number,
    ...(active ? {} : { active }),
    kind,
    ...textIn('name', line.name),
    ...methodParts(fullName ?? ''),
    ...(kind === 'filter'
      ? { definition: kwargs }
      : { ...(args.length > 0 ? { args } : {}), kwargs, ...(takesIds ? { takesIds } : {}) }),
    ...textIn('module', line.module),
    ...textIn('queue', line.queue),
    ...numberIn('priority', line.priority),
    ...numberIn('maxRetries', line.maxRetries),
    ...numberIn('timeoutSeconds', line.timeoutSeconds),
  };
}

function methodParts(fullName: string): { model: string; method: string } {
  return splitMethodName(fullName);
}

function partsOf({ args: draft }: { args: Draft }): { args: Json[]; kwargs: Record<string, Json> } {
  const { args, kwargs } = valuesOf(draft);
  const isObject = typeof kwargs === 'object' && kwargs !== null && !Array.isArray(kwargs);
  return { args: withoutTail(args), kwargs: isObject ? (kwargs as Record<string, Json>) : {} };
}

function textIn<K extends string>(name: K, text: string): { [name in K]?: string } {
  const said = text.trim();
  return said === '' ? {} : ({ [name]: said } as { [name in K]: string });
}

function numberIn<K extends string>(name: K, number: number | string): { [name in K]?: number } {
  return typeof number === 'number' ? ({ [name]: number } as { [name in K]: number }) : {};
}

/** The faults of one part of a job, where its own fields look for them: `/lines/2/kwargs/x` → `/kwargs/x`. */
export function faultsUnder(faults: readonly Fault[], root: string): Fault[] {
  return faults.flatMap(({ pointer, message }) => {
    if (pointer !== root && !pointer.startsWith(`${root}/`)) return [];
    // A filter's definition is typed as named arguments.
    return [{ pointer: pointer.slice(root.length).replace(/^\/definition(?=\/|$)/, '/kwargs'), message }];
  });
}
