import type { Fault } from '../cluster-error.ts';
import type { Json } from '../json.ts';
import { limits } from '../limits.ts';
import type { TaskScheduleInput } from '../schedule.ts';

/** One schedule as an importer understood it: not checked yet. */
export type ScheduleDraft = {
  /** Where it stands: `line 3`, `row 2`. */
  source: string;
  /** What it would be called; of a refused one too, where that is known. */
  name?: string | undefined;
  /** Missing: it was refused, and `faults` says why. */
  request?: TaskScheduleInput | undefined;
  /** It does not run where it comes from. A request cannot say so: it is unscheduled once it is created. */
  isInactive?: boolean | undefined;
  /** What could not be mapped, or was mapped to something near. */
  warnings: string[];
  faults: Fault[];
};

/** A text as a name can be: one line, no control characters, not too long. */
export function nameOf(text: string): string {
  const line = text.replaceAll(/[\p{Cc}\p{Cs}\s]+/gu, ' ').trim();
  return line.length <= limits.nameLength ? line : `${line.slice(0, limits.nameLength - 1)}…`.replace(/\p{Cs}…$/u, '…');
}

/** The same value, with nothing in it that a task's arguments would take for an expression. */
export function withoutExpressions(value: Json): Json {
  if (typeof value === 'string') return value.replaceAll('${', () => '$${');
  if (Array.isArray(value)) return value.map(withoutExpressions);
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(Object.entries(value).map(([name, part]) => [name, withoutExpressions(part)]));
}

/**
 * Schedules are found again by their names, so none may hide another: a second one of the same name is given a number.
 * The same text gives the same names every time.
 */
export function withOwnNames(drafts: ScheduleDraft[]): ScheduleDraft[] {
  const taken = new Set(drafts.map(({ request }) => request?.name));
  const seen = new Set<string>();
  return drafts.map((draft) => {
    const { request } = draft;
    if (request === undefined) return draft;
    if (!seen.has(request.name)) {
      seen.add(request.name);
      return draft;
    }
    const name = freeName(request.name, taken);
    taken.add(name);
    seen.add(name);
    const warning = `Another one is called ${JSON.stringify(request.name)}: this one is called ${JSON.stringify(name)}.`;
    return { ...draft, name, request: { ...request, name }, warnings: [...draft.warnings, warning] };
  });
}

function freeName(name: string, taken: Set<string | undefined>): string {
  for (let number = 2; ; number++) {
    const suffix = ` (${number})`;
    const numbered = `${name.slice(0, limits.nameLength - suffix.length)}${suffix}`;
    if (!taken.has(numbered)) return numbered;
  }
}
