import { resolveTemplate, timeScope } from '@drover/core';
import type { LineDraft } from './job-draft.ts';

/** Something that parameters of a line may hold, and what stands in its place when the line starts. */
export type Expression = {
  written: string;
  means: string;
  /** What it would be now, where that is known. */
  value?: string | undefined;
};

type Place = {
  /** Those that run before. */
  before: readonly LineDraft[];
  timeZone: string;
  now: number;
};

/** What a line may use at its place: what a filter or a line left only where there is one before it. */
export function expressionsAt({ before, timeZone, now }: Place): Expression[] {
  const active = before.filter((line) => line.active);
  const filter = active.findLast(({ kind }) => kind === 'filter');
  const timed = (written: string, means: string) => ({ written, means, value: valueAt(written, timeZone, now) });
  return [
    timed('${today}', 'The day on which the line starts'),
    timed('${today - 30d}', 'Thirty days before it'),
    timed('${now}', 'When the line starts, as an instant'),
    ...(filter === undefined
      ? []
      : [
          { written: '${filter.ids}', means: `The ids that line ${filter.number} left` },
          { written: '${filter.records}', means: `All that line ${filter.number} left` },
          { written: '${filter.ids.length}', means: 'How many it left' },
        ]),
    ...active
      .filter(({ number }) => typeof number === 'number')
      .map((line) => ({
        written: `\${line.${line.number}.result}`,
        means: `The result of line ${line.number}${line.fullName === null ? '' : `, ${line.name || line.fullName}`}`,
      })),
    { written: '${user}', means: 'On whose behalf it runs' },
    { written: '${company}', means: 'Whose job it is' },
    { written: '${run.id}', means: 'The id of this run, a job result' },
  ];
}

function valueAt(written: string, timeZone: string, now: number): string | undefined {
  try {
    const value = resolveTemplate(written, timeScope(now, timeZone));
    return typeof value === 'string' ? value : JSON.stringify(value);
  } catch {
    // A zone that is being typed.
    return undefined;
  }
}
