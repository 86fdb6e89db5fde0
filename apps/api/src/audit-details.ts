import {
  fullMethodName,
  type JobRequest,
  type JobRun,
  type Json,
  limits,
  type SchedulePatch,
  type ScheduleRequest,
  type TaskPatch,
  type TaskTemplate,
} from '@drover/core';

type Details = Record<string, Json>;

/** So many names of arguments, and items of lists, are told; the rest is counted. */
const listedMax = 20;

export function auditText(text: string | undefined): string | undefined {
  if (text === undefined || text.length <= limits.auditTextLength) return text;
  return `${text.slice(0, limits.auditTextLength - 1)}…`;
}

/** As much of what was asked for as fits: long texts are cut, then the largest fields make way for their size. */
export function auditDetails(given: object | undefined): Details | undefined {
  const whole = JSON.parse(JSON.stringify(given ?? {}, shortened)) as Details;
  const byBytes = Object.entries(whole)
    .map(([name, value]) => ({ name, bytes: bytesOf(value) }))
    .sort((a, b) => b.bytes - a.bytes);
  let total = bytesOf(whole);
  for (const { name, bytes } of byBytes) {
    if (total <= limits.auditDetailsBytes) break;
    whole[name] = { bytes };
    total += bytesOf(whole[name]) - bytes;
  }
  if (total > limits.auditDetailsBytes) return { fields: byBytes.length };
  return byBytes.length === 0 ? undefined : whole;
}

function shortened(_name: string, value: unknown): unknown {
  if (typeof value === 'string') return auditText(value);
  if (!Array.isArray(value) || value.length <= listedMax) return value;
  return [...value.slice(0, listedMax), `… ${value.length - listedMax} more`];
}

/** Arguments may be anything, secrets too: only how many there are, what they are called, and their size. */
export function patchDetails({ args, kwargs, ...rest }: TaskPatch | TaskTemplate): object {
  return {
    ...rest,
    ...(args === undefined ? {} : { args: { count: args.length, bytes: bytesOf(args) } }),
    ...(kwargs === undefined ? {} : { kwargs: { names: Object.keys(kwargs), bytes: bytesOf(kwargs) } }),
  };
}

/** The same of the task that a schedule makes. */
export function scheduleDetails({ task, ...rule }: ScheduleRequest | SchedulePatch): object {
  return task === undefined ? rule : { ...rule, task: patchDetails(task) };
}

/** Of a job, what its lines run. */
export function jobDetails({ condition, lines, ...rest }: JobRequest): object {
  return {
    ...rest,
    ...(condition === undefined ? {} : { condition: fullMethodName(condition.model, condition.method) }),
    lines: lines.map(({ number, active, kind, model, method }) =>
      [number, kind, fullMethodName(model, method), ...(active ? [] : ['(not active)'])].join(' '),
    ),
  };
}

/** Of a run, in which lines it differs from its job. */
export function runDetails({ user, lines = {} }: JobRun): object {
  const differ = Object.entries(lines).map(([number, line]) => {
    const { active, ...texts } = line;
    const parts = Object.keys(texts).map((part) => `other ${part}`);
    return [number, ...(active === undefined ? [] : [active ? 'active' : 'not active']), ...parts].join(' ');
  });
  return { user, ...(differ.length === 0 ? {} : { lines: differ }) };
}

function bytesOf(value: unknown): number {
  return Buffer.byteLength(JSON.stringify(value));
}
