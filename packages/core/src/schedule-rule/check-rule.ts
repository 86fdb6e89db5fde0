import { ClusterError, type Fault } from '../cluster-error.ts';
import { nextFires } from './next-fires.ts';
import type { Frequency, FrequencyUnit, Rule, RuleInput } from './rule.ts';
import { cronOf, elapsedIntervalMs } from './rule-slots.ts';
import { checkZone } from './zone-name.ts';

/**
 * What a rule's fields mean together. `anchorAt` is when the schedule was created, Unix ms.
 *
 * @throws ClusterError request_invalid with all faults, each naming its field: fields that do not belong together, an
 *   order of instants that cannot be, a zone or cron pattern that cannot be read, a rule that would never fire
 */
export function checkRule(input: RuleInput, anchorAt: number): Rule {
  const zone = checkZone(input.timeZone ?? 'UTC');
  const faults = [
    ...timingFaults(input),
    ...orderFaults(input),
    ...(input.frequency ? frequencyFaults(input.frequency) : []),
    ...jitterFaults(input),
    ...('fault' in zone ? [{ pointer: '/timeZone', message: zone.fault }] : []),
  ];
  if (faults.length > 0 || 'fault' in zone) throw invalid(faults);
  const rule = ruleOf(input, zone.zone, anchorAt);
  const [first] = nextFires(rule, rule.startAt === undefined ? anchorAt : rule.startAt - 1, 1);
  if (rule.timing === 'schedule' && first === undefined) throw invalid([neverFault(rule, anchorAt)]);
  return rule;
}

function ruleOf(input: RuleInput, timeZone: string, createdAt: number): Rule {
  const startAt = input.startAt === undefined ? undefined : startOf(input.startAt);
  const finishAt = input.timing === 'later' ? input.endAt : input.finishAt;
  return {
    timing: input.timing,
    anchorAt: startAt ?? Math.floor(createdAt / 1_000) * 1_000,
    ...(startAt === undefined ? {} : { startAt }),
    ...(finishAt === undefined ? {} : { finishAt: Date.parse(finishAt) }),
    ...(input.frequency === undefined ? {} : { frequency: input.frequency }),
    timeZone,
    ...(input.maxFires === undefined ? {} : { maxFires: input.maxFires }),
    jitterSeconds: input.jitterSeconds ?? 0,
  };
}

function timingFaults({ timing, startAt, endAt, finishAt, frequency, maxFires }: RuleInput): Fault[] {
  const faults: Fault[] = [];
  const check = (isFault: boolean, pointer: string, message: string) => {
    if (isFault) faults.push({ pointer, message });
  };
  const isSchedule = timing === 'schedule';
  const only = (other: string) => `belongs to timing "${other}", and this is "${timing}"`;
  check(timing === 'later' && startAt === undefined, '/startAt', 'is needed with timing "later": it is when it fires');
  check(timing === 'immediately' && startAt !== undefined, '/startAt', 'does not go with timing "immediately"');
  check(timing !== 'later' && endAt !== undefined, '/endAt', only('later'));
  check(!isSchedule && finishAt !== undefined, '/finishAt', only('schedule'));
  check(!isSchedule && maxFires !== undefined, '/maxFires', only('schedule'));
  check(!isSchedule && frequency !== undefined, '/frequency', only('schedule'));
  check(isSchedule && frequency === undefined, '/frequency', 'is needed with timing "schedule": it says how often');
  return faults;
}

function orderFaults({ startAt, endAt, finishAt }: RuleInput): Fault[] {
  if (startAt === undefined) return [];
  const faults: Fault[] = [];
  const start = startOf(startAt);
  const meant = start === Date.parse(startAt) ? startAt : new Date(start).toISOString();
  for (const [pointer, at] of Object.entries({ '/endAt': endAt, '/finishAt': finishAt })) {
    if (at !== undefined && Date.parse(at) <= start) {
      faults.push({ pointer, message: `must be after startAt, which is ${meant}` });
    }
  }
  return faults;
}

/** Which units a field of the frequency belongs to. */
const unitsOf: Record<Exclude<keyof Frequency, 'every'>, readonly FrequencyUnit[]> = {
  interval: ['seconds', 'minutes', 'hourly', 'daily', 'weekly', 'monthly'],
  at: ['daily', 'weekly', 'monthly'],
  weekdays: ['weekly'],
  monthDay: ['monthly'],
  cron: ['cron'],
};

function frequencyFaults(frequency: Frequency): Fault[] {
  const { every, weekdays, cron } = frequency;
  const faults: Fault[] = [];
  for (const [field, units] of Object.entries(unitsOf)) {
    if (frequency[field as keyof Frequency] === undefined || units.includes(every)) continue;
    const message = `belongs to ${units.map((unit) => `"${unit}"`).join(', ')}, and this is "${every}"`;
    faults.push({ pointer: `/frequency/${field}`, message });
  }
  const twice = weekdays?.find((weekday, index) => weekdays.indexOf(weekday) !== index);
  if (twice !== undefined) faults.push({ pointer: '/frequency/weekdays', message: `names ${twice} twice` });
  if (every === 'cron') faults.push(...cronFaults(cron));
  return faults;
}

function cronFaults(cron: string | undefined): Fault[] {
  if (cron === undefined) return [{ pointer: '/frequency/cron', message: 'is needed with "cron"' }];
  try {
    cronOf(cron);
    return [];
  } catch (error) {
    if (error instanceof ClusterError) return error.faults;
    throw error;
  }
}

function jitterFaults({ timing, frequency, jitterSeconds = 0 }: RuleInput): Fault[] {
  const pointer = '/jitterSeconds';
  if (jitterSeconds === 0) return [];
  if (timing === 'immediately') return [{ pointer, message: 'must be 0 with timing "immediately"' }];
  const intervalSeconds = (elapsedIntervalMs(frequency) ?? Number.POSITIVE_INFINITY) / 1_000;
  if (jitterSeconds < intervalSeconds) return [];
  return [{ pointer, message: `must be less than the interval, which is ${intervalSeconds} s, got ${jitterSeconds}` }];
}

/** Why a rule has no slot at all. */
function neverFault(rule: Rule, createdAt: number): Fault {
  const { finishAt: _, ...endless } = rule;
  const [first] = nextFires(endless, rule.startAt === undefined ? createdAt : rule.startAt - 1, 1);
  if (first !== undefined) {
    return { pointer: '/finishAt', message: `is before the first fire, which is ${new Date(first).toISOString()}` };
  }
  if (rule.frequency?.cron === undefined) return { pointer: '/startAt', message: 'leaves no time to fire' };
  return { pointer: '/frequency/cron', message: `never fires: no date fits "${rule.frequency.cron}"` };
}

function invalid(faults: Fault[]): ClusterError {
  const [first] = faults;
  return new ClusterError('request_invalid', `${first?.pointer}: ${first?.message}`, { faults });
}

/** Slots are whole seconds: nothing fires before the start, not even by a part of one. */
function startOf(startAt: string): number {
  return Math.ceil(Date.parse(startAt) / 1_000) * 1_000;
}
