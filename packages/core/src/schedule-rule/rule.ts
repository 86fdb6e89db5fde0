import { z } from 'zod';
import { limits } from '../limits.ts';
import { Instant } from '../names.ts';

/** When a schedule fires: the rule, without the task and without what became of it. */

export const Timing = z.enum(['immediately', 'later', 'schedule']).meta({
  id: 'Timing',
  description:
    '`immediately`: once, and again whenever it is rescheduled. `later`: once, at `startAt`. `schedule`: again and again, by `frequency`.',
});
export type Timing = z.infer<typeof Timing>;

export const FrequencyUnit = z.enum(['seconds', 'minutes', 'hourly', 'daily', 'weekly', 'monthly', 'cron']);
export type FrequencyUnit = z.infer<typeof FrequencyUnit>;

export const Weekday = z.enum(['MO', 'TU', 'WE', 'TH', 'FR', 'SA', 'SU']);
export type Weekday = z.infer<typeof Weekday>;

/** How often. What belongs to another unit is refused by `checkRule`, which names the field. */
export const Frequency = z
  .strictObject({
    every: FrequencyUnit,
    interval: z
      .int()
      .min(1)
      .max(limits.scheduleInterval)
      .optional()
      .describe('Every so many of them: 2 with `weekly` is every second week. Default 1. Not with `cron`.'),
    at: z
      .string()
      .regex(/^([01]\d|2[0-3]):[0-5]\d(:[0-5]\d)?$/, 'must be a time of day: HH:MM or HH:MM:SS')
      .optional()
      .describe("Time of day, with `daily`, `weekly`, `monthly`. Default: that of the schedule's start."),
    weekdays: z
      .array(Weekday)
      .min(1)
      .max(7)
      .optional()
      .describe('With `weekly`. Default: the day of the week on which the schedule starts.'),
    monthDay: z
      .union([z.int().min(1).max(31), z.literal('last')])
      .optional()
      .describe('With `monthly`. A month that is shorter fires on its last day. Default: the day of the start.'),
    cron: z
      .string()
      .max(limits.cronLength)
      .optional()
      .describe('With `cron`: 5 fields, or 6 with the seconds first, or `@daily` and the like.'),
  })
  .meta({ id: 'Frequency' });
export type Frequency = z.infer<typeof Frequency>;

/** The fields of a rule, as they stand in a schedule. `Rule` is what they mean together, checked. */
export const ruleFields = {
  timing: Timing,
  startAt: Instant.optional().describe(
    'Nothing fires before. `later`: when it fires. Without it a schedule starts when it is created.',
  ),
  endAt: Instant.optional().describe('With `later`: not after this instant.'),
  finishAt: Instant.optional().describe('With `schedule`: nothing fires after this instant.'),
  frequency: Frequency.optional().describe('With `schedule`.'),
  timeZone: z
    .string()
    .max(limits.timeZoneLength)
    .optional()
    .describe('An IANA zone, such as `Europe/Paris`, in which times of day are meant. Default `UTC`.'),
  maxFires: z
    .int()
    .min(1)
    .max(limits.scheduleFires)
    .optional()
    .describe('With `schedule`: after so many tasks it has finished. What a person asks for does not count.'),
  jitterSeconds: z
    .number()
    .min(0)
    .max(limits.jitterSeconds)
    .optional()
    .describe('Every fire comes up to so much later, by a chance that is the same for the same fire. Default 0.'),
};

export const RuleInput = z.strictObject(ruleFields);
export type RuleInput = z.infer<typeof RuleInput>;

/**
 * A checked rule, made by `checkRule`. Instants are Unix ms.
 *
 * A slot is a nominal time of a rule: what `nextFires` lists. It does not know of jitter, which only delays, nor of how
 * many fires there were: `maxFires` bounds what one call lists.
 */
export type Rule = {
  timing: Timing;
  /** What intervals and missing times of day are counted from: `startAt`, else when the schedule was created. Whole seconds. */
  anchorAt: number;
  /** There are no slots before it. Whole seconds. */
  startAt?: number | undefined;
  /** There are no slots after it. `later`: its `endAt`. */
  finishAt?: number | undefined;
  /** With `schedule`. */
  frequency?: Frequency | undefined;
  timeZone: string;
  maxFires?: number | undefined;
  jitterSeconds: number;
};

/** One slot as people are shown it. */
export const FireTime = z
  .object({
    at: z.iso.datetime(),
    local: z.string().describe('The same in the zone of the rule, with its offset: `2027-03-28T03:30:00+02:00`.'),
    note: z
      .string()
      .optional()
      .describe(
        'What is unusual about it: the clock is put forward or back, the month is shorter than the day asked for.',
      ),
  })
  .meta({ id: 'FireTime' });
export type FireTime = z.infer<typeof FireTime>;
