import type { Frequency, FrequencyUnit, RuleInput, Timing, Weekday } from '@drover/core';
import { instantIn, localIn } from '../zoned-time.ts';

/**
 * When a schedule fires, as it is typed. What the chosen timing or unit has no place for stays here, so that it is there
 * again when the person comes back to it, and is not sent.
 */
export type RuleDraft = {
  timing: Timing;
  /** `YYYY-MM-DDTHH:mm:ss` in the schedule's zone; null while it is not filled in. */
  startAt: string | null;
  endAt: string | null;
  finishAt: string | null;
  every: FrequencyUnit;
  interval: number | string;
  /** `HH:MM` or `HH:MM:SS`, or empty. */
  at: string;
  weekdays: Weekday[];
  /** `1` to `31`, `last`, or empty. */
  monthDay: string;
  cron: string;
  timeZone: string;
  maxFires: number | string;
  jitterSeconds: number | string;
};

export function newRule(timeZone: string): RuleDraft {
  return {
    timing: 'schedule',
    startAt: null,
    endAt: null,
    finishAt: null,
    every: 'daily',
    interval: 1,
    at: '09:00',
    weekdays: ['MO'],
    monthDay: '1',
    cron: '0 9 * * MON-FRI',
    timeZone,
    maxFires: '',
    jitterSeconds: '',
  };
}

/** A rule as it stands in a schedule. */
type Source = RuleInput & { timeZone: string };

/** What the rule leaves out stays empty; what its unit has no place for begins with what is usual. */
export function ruleDraftOf(source: Source): RuleDraft {
  const { timing, startAt, endAt, finishAt, frequency, timeZone, maxFires, jitterSeconds } = source;
  const local = (instant: string | undefined) => (instant === undefined ? null : localIn(instant, timeZone));
  const usual = newRule(timeZone);
  return {
    ...usual,
    timing,
    startAt: local(startAt),
    endAt: local(endAt),
    finishAt: local(finishAt),
    maxFires: maxFires ?? '',
    jitterSeconds: jitterSeconds ?? '',
    ...(frequency === undefined ? {} : frequencyDraftOf(frequency, usual)),
  };
}

function frequencyDraftOf(frequency: Frequency, usual: RuleDraft): Partial<RuleDraft> {
  const { every, interval = '', at, weekdays, monthDay, cron } = frequency;
  const has = partsOf[every];
  return {
    every,
    interval: has.includes('interval') ? interval : usual.interval,
    at: has.includes('at') ? (at ?? '') : usual.at,
    weekdays: has.includes('weekdays') ? (weekdays ?? []) : usual.weekdays,
    monthDay: has.includes('monthDay') ? String(monthDay ?? '') : usual.monthDay,
    cron: cron ?? usual.cron,
  };
}

/** What each unit has beside its name. */
export const partsOf: Record<FrequencyUnit, readonly Exclude<keyof Frequency, 'every'>[]> = {
  seconds: ['interval'],
  minutes: ['interval'],
  hourly: ['interval'],
  daily: ['interval', 'at'],
  weekly: ['interval', 'at', 'weekdays'],
  monthly: ['interval', 'at', 'monthDay'],
  cron: ['cron'],
};

/**
 * The rule as it is sent. A time that was not touched goes back as it came: an input knows no milliseconds, and not which
 * of two equal hours was meant.
 */
export function ruleOf(draft: RuleDraft, source?: Source): RuleInput {
  const { timing, timeZone } = draft;
  const instant = (field: 'startAt' | 'endAt' | 'finishAt') => {
    const local = draft[field];
    if (local === null) return {};
    const former = source?.timeZone === timeZone ? source[field] : undefined;
    const isSame = former !== undefined && localIn(former, timeZone) === local;
    return { [field]: isSame ? former : instantIn(local, timeZone) };
  };
  const jitter = numberOf('jitterSeconds', draft.jitterSeconds);
  switch (timing) {
    case 'immediately':
      return { timing, timeZone, ...jitter };
    case 'later':
      return { timing, ...instant('startAt'), ...instant('endAt'), timeZone, ...jitter };
    case 'schedule':
      return {
        timing,
        ...instant('startAt'),
        ...instant('finishAt'),
        frequency: frequencyOf(draft),
        timeZone,
        ...numberOf('maxFires', draft.maxFires),
        ...jitter,
      };
    default:
      return timing satisfies never;
  }
}

function frequencyOf({ every, interval, at, weekdays, monthDay, cron }: RuleDraft): Frequency {
  const has = partsOf[every];
  const frequency: Frequency = { every };
  if (has.includes('interval')) Object.assign(frequency, numberOf('interval', interval));
  if (has.includes('at') && at !== '') frequency.at = at;
  if (has.includes('weekdays') && weekdays.length > 0) frequency.weekdays = weekdays;
  if (has.includes('monthDay') && monthDay !== '') {
    frequency.monthDay = monthDay === 'last' ? 'last' : Number(monthDay);
  }
  if (has.includes('cron')) frequency.cron = cron.trim();
  return frequency;
}

/** A number that is not filled in is not sent. One that is no number goes as it was typed, for the API to refuse. */
export function numberOf<Field extends string>(field: Field, typed: number | string): { [F in Field]?: number } {
  return (typed === '' ? {} : { [field]: typed }) as { [F in Field]?: number };
}
