import type { Job, JobRequest } from '@drover/core';
import { type Difference, isSame } from '../../schedules/differences.ts';

const labels: Record<Exclude<keyof JobRequest, 'lines'>, string> = {
  name: 'Name',
  description: 'Description',
  company: 'Company',
  active: 'Active',
  stopsOnError: 'Stops on the first error',
  module: 'Module',
  timeZone: 'Time zone',
  condition: 'Condition',
};

/** Where two definitions of a job differ: field by field, and each line by itself. */
export function jobDifferencesOf(before: Job, after: Job): Difference[] {
  const fields = (Object.keys(labels) as (keyof typeof labels)[])
    .filter((field) => !isSame(before[field], after[field]))
    .map((field) => ({ field, label: labels[field], before: before[field], after: after[field] }));
  const numbers = [...new Set([...before.lines, ...after.lines].map(({ number }) => number))].sort((a, b) => a - b);
  const lines = numbers.flatMap((number) => {
    const [old, now] = [before, after].map(({ lines }) => lines.find((line) => line.number === number));
    if (isSame(old, now)) return [];
    return [{ field: `line ${number}`, label: `Line ${number}`, ...differingParts(old, now) }];
  });
  return [...fields, ...lines];
}

type Line = Job['lines'][number] | undefined;

/** A line that is there before and after: only what differs. Its method says enough of one that is not. */
function differingParts(old: Line, now: Line): { before: unknown; after: unknown } {
  const named = (line: Line) => line && `${line.model}.${line.method}`;
  if (old === undefined || now === undefined || named(old) !== named(now)) {
    return { before: named(old), after: named(now) };
  }
  const parts = (Object.keys({ ...old, ...now }) as (keyof typeof old)[]).filter(
    (part) => !isSame(old[part], now[part]),
  );
  const of = (line: NonNullable<Line>) => Object.fromEntries(parts.map((part) => [part, line[part]]));
  return { before: of(old), after: of(now) };
}
