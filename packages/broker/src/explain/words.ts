import { limits, type TaskErrorRecord } from '@drover/core';

/** How explanations speak. Instants stay ISO 8601 in UTC, so that whoever shows a sentence can turn them into his own. */

export function instant(ms: number): string {
  return new Date(ms).toISOString();
}

const units: [unit: string, ms: number][] = [
  ['d', 86_400_000],
  ['h', 3_600_000],
  ['min', 60_000],
];

/** 12 → `12 ms`; 4250 → `4.3 s`; 125 000 → `2 min 5 s`; 7 500 000 → `2 h 5 min`. */
export function duration(ms: number): string {
  if (ms < 1_000) return `${Math.max(0, Math.round(ms))} ms`;
  if (ms < 59_950) return `${Math.round(ms / 100) / 10} s`;
  const whole = Math.round(ms / 1_000) * 1_000;
  const large = units.find(([, size]) => whole >= size) ?? (['min', 60_000] as const);
  const [smallUnit, smallMs] = units[units.findIndex(([unit]) => unit === large[0]) + 1] ?? ['s', 1_000];
  const rest = Math.floor((whole % large[1]) / smallMs);
  const first = `${Math.floor(whole / large[1])} ${large[0]}`;
  return rest === 0 ? first : `${first} ${rest} ${smallUnit}`;
}

/** 1 worker, 2 workers. */
export function counted(count: number, noun: string): string {
  return `${count} ${noun}${count === 1 ? '' : 's'}`;
}

/** `a, b and c`; `a, b, c and 4 more`. */
export function listed(names: readonly string[], most = 3): string {
  const shown = names.slice(0, most);
  const rest = names.length - shown.length;
  if (rest > 0) return `${shown.join(', ')} and ${rest} more`;
  return shown.length < 2 ? shown.join() : `${shown.slice(0, -1).join(', ')} and ${shown.at(-1)}`;
}

/** On one line, and not endless. */
export function cut(text: string): string {
  const line = text.replace(/\s+/g, ' ').trim();
  return line.length <= limits.explainTextLength ? line : `${line.slice(0, limits.explainTextLength - 1)}…`;
}

/** `TemporaryError: the server is away`. */
export function errorWords({ name, message }: Pick<TaskErrorRecord, 'name' | 'message'>): string {
  return cut(message === '' ? name : `${name}: ${message}`);
}

/** Ends what may end itself already. */
export function sentence(text: string): string {
  return /[.!?…]$/.test(text) ? text : `${text}.`;
}
