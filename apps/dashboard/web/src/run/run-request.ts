import type { Json, MethodInfo, TaskRequestInput } from '@drover/core';
import { instantOf } from '../local-time.ts';

/** What the person chose beside the arguments. Empty means: as the method has it. */
export type RunOptions = {
  name: string;
  queue: string;
  priority: number | string;
  when: 'now' | 'delay' | 'at';
  delay: number | string;
  delayUnit: keyof typeof unitSeconds;
  runAt: string | null;
  expiresAt: string | null;
  maxRetries: number | string;
  timeoutSeconds: number | string;
  isResilient: boolean;
  tags: string[];
  user: string;
  company: string;
};

export const unitSeconds = { seconds: 1, minutes: 60, hours: 3_600, days: 86_400 } as const;

export const defaultOptions: RunOptions = {
  name: '',
  queue: '',
  priority: '',
  when: 'now',
  delay: 5,
  delayUnit: 'minutes',
  runAt: null,
  expiresAt: null,
  maxRetries: '',
  timeoutSeconds: '',
  isResilient: false,
  tags: [],
  user: '',
  company: '',
};

type Arguments = { args: unknown; kwargs: unknown };

/** The body of `POST /v1/tasks`, with nothing in it that says what would be so anyway. */
export function requestOf(method: MethodInfo, { args, kwargs }: Arguments, options: RunOptions): TaskRequestInput {
  const positional = withoutTail(args);
  const request: TaskRequestInput = { model: method.model, method: method.method };
  if (positional.length > 0) request.args = positional;
  if (typeof kwargs === 'object' && kwargs !== null && Object.keys(kwargs).length > 0) {
    request.kwargs = kwargs as Record<string, Json>;
  }
  for (const field of ['name', 'queue', 'user', 'company'] as const) {
    const text = options[field].trim();
    if (text !== '') request[field] = text;
  }
  for (const field of ['priority', 'maxRetries', 'timeoutSeconds'] as const) {
    const number = options[field];
    if (typeof number === 'number') request[field] = number;
  }
  if (options.tags.length > 0) request.tags = options.tags;
  if (options.isResilient) request.retry = 'resilient';
  if (options.expiresAt !== null) request.expiresAt = instantOf(options.expiresAt);
  return { ...request, ...timeOf(options) };
}

function timeOf({ when, delay, delayUnit, runAt }: RunOptions): Pick<TaskRequestInput, 'delaySeconds' | 'runAt'> {
  switch (when) {
    case 'now':
      return {};
    case 'delay':
      return typeof delay === 'number' ? { delaySeconds: delay * unitSeconds[delayUnit] } : {};
    case 'at':
      return runAt === null ? {} : { runAt: instantOf(runAt) };
    default:
      return when satisfies never;
  }
}

/** Arguments at the end that were left empty are not sent; one in the middle is null, as JSON has no gaps. */
export function withoutTail(args: unknown): Json[] {
  if (!Array.isArray(args)) return [];
  const last = args.findLastIndex((value) => value !== undefined);
  return args.slice(0, last + 1).map((value: Json | undefined) => value ?? null);
}
