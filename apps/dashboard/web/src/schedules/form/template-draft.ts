import type { Fault, Json, MethodInfo, ModelInfo, TaskScheduleInput, TaskTemplate } from '@drover/core';
import { fullMethodName, splitMethodName } from '@drover/core';
import { pathOf } from '../../fault.ts';
import { type Draft, draftOf, faultsOf, turned, valuesOf } from '../../run/draft.ts';
import { defaultOptions, type RunOptions, requestOf } from '../../run/run-request.ts';

/** The task that a schedule makes, as it is typed. */
export type TemplateDraft = {
  /** Model and method; null while none is chosen. */
  fullName: string | null;
  args: Draft;
  options: RunOptions;
  expiresAfterSeconds: number | string;
  /** What the form has no field for. */
  kept: Pick<TaskTemplate, 'retry' | 'notifyOnFailure'>;
};

type Template = Omit<TaskTemplate, 'args' | 'kwargs'> & { args?: Json[]; kwargs?: Record<string, Json> };

/** What is known of a method that no live worker offers: its arguments may be anything. */
function anyMethod(fullName: string): MethodInfo {
  return {
    ...splitMethodName(fullName),
    description: '',
    argsSchema: { type: 'array' },
    kwargsSchema: { type: 'object' },
    queue: 'default',
    priority: 100,
    timeoutSeconds: 3_600,
    maxRetries: 3,
    tags: [],
    version: '',
    workers: [],
  };
}

/** Live workers may offer two versions while they are deployed: the first is as good as any. */
export function methodOf(models: readonly ModelInfo[], fullName: string): MethodInfo {
  const methods = models.flatMap((model) => model.methods);
  return methods.find(({ model, method }) => fullMethodName(model, method) === fullName) ?? anyMethod(fullName);
}

export function isOffered(method: MethodInfo): boolean {
  return method.workers.length > 0;
}

export function newTemplate(): TemplateDraft {
  const args: Draft = { mode: 'form', args: [], kwargs: {} };
  return { fullName: null, args, options: defaultOptions, expiresAfterSeconds: '', kept: {} };
}

export function templateDraftOf(template: Template, models: readonly ModelInfo[]): TemplateDraft {
  const { model, method, args = [], kwargs = {}, expiresAfterSeconds } = template;
  const fullName = fullMethodName(model, method);
  return {
    fullName,
    args: argumentsOf(methodOf(models, fullName), { args, kwargs }),
    options: optionsOf(template),
    expiresAfterSeconds: expiresAfterSeconds ?? '',
    kept: {
      ...(typeof template.retry === 'object' ? { retry: template.retry } : {}),
      ...(template.notifyOnFailure === undefined ? {} : { notifyOnFailure: template.notifyOnFailure }),
    },
  };
}

/** A form has no place for an expression where a number or a choice is meant: such arguments begin as JSON. */
export function argumentsOf(method: MethodInfo, given: { args: Json[]; kwargs: Record<string, Json> }): Draft {
  const form = draftOf(method, given);
  return isOffered(method) && faultsOf(method, form).length === 0 ? form : asTexts(method, form);
}

/** Another method begins with no arguments; what is said of the task beside them stays. */
export function withMethod(draft: TemplateDraft, method: MethodInfo): TemplateDraft {
  const form = draftOf(method, undefined);
  return {
    ...draft,
    fullName: fullMethodName(method.model, method.method),
    args: isOffered(method) ? form : asTexts(method, form),
  };
}

function asTexts(method: MethodInfo, form: Draft): Draft {
  return turned(method, form) ?? form;
}

function optionsOf(template: Template): RunOptions {
  const { name = '', queue = '', priority = '', maxRetries = '', timeoutSeconds = '' } = template;
  const { retry, tags = [], user = '', company = '' } = template;
  const isResilient = retry === 'resilient';
  return { ...defaultOptions, name, queue, priority, maxRetries, timeoutSeconds, isResilient, tags, user, company };
}

export function templateOf(draft: TemplateDraft, method: MethodInfo): TaskScheduleInput['task'] {
  const { expiresAfterSeconds } = draft;
  const {
    delaySeconds: _,
    runAt: __,
    expiresAt: ___,
    ...request
  } = requestOf(method, valuesOf(draft.args), draft.options);
  return {
    ...draft.kept,
    ...request,
    ...(expiresAfterSeconds === '' ? {} : { expiresAfterSeconds: expiresAfterSeconds as number }),
  };
}

/** What the page can see is wrong before the API does. What an expression stands for is known at the fire only. */
export function templateFaults({ args }: Pick<TemplateDraft, 'args'>, method: MethodInfo): Fault[] {
  const values = valuesOf(args);
  return faultsOf(method, args).filter(({ pointer }) => !holdsExpression(valueAt(values, pathOf(pointer))));
}

function valueAt(value: unknown, path: readonly string[]): unknown {
  return path.reduce<unknown>((inner, part) => (inner as Record<string, unknown> | null | undefined)?.[part], value);
}

function holdsExpression(value: unknown): boolean {
  return (JSON.stringify(value) ?? '').includes('${');
}
