import { type Json, limits, type TaskPatch } from '@drover/core';

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
export function patchDetails({ args, kwargs, ...rest }: TaskPatch): object {
  return {
    ...rest,
    ...(args === undefined ? {} : { args: { count: args.length, bytes: bytesOf(args) } }),
    ...(kwargs === undefined ? {} : { kwargs: { names: Object.keys(kwargs), bytes: bytesOf(kwargs) } }),
  };
}

function bytesOf(value: unknown): number {
  return Buffer.byteLength(JSON.stringify(value));
}
