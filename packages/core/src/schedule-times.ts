import { z } from 'zod';
import { limits } from './limits.ts';
import { Instant } from './names.ts';
import { ScheduleState } from './schedule.ts';
import { FireTime, ruleFields } from './schedule-rule/rule.ts';

const Time = z.iso.datetime();

/** The body of `POST /v1/schedules/preview`. */
export const PreviewRequest = z
  .strictObject({
    ...ruleFields,
    anchorAt: Instant.optional().describe(
      'What intervals are counted from without a start: when a schedule was created that is to have the rule. Default: now.',
    ),
    after: Instant.optional().describe('Fires after this instant. Default: now.'),
    count: z.int().min(1).max(limits.previewFires).default(10),
  })
  .meta({ id: 'PreviewRequest' });
export type PreviewRequest = z.infer<typeof PreviewRequest>;

export const SchedulePreview = z
  .object({ sentence: z.string(), fires: z.array(FireTime) })
  .meta({ id: 'SchedulePreview' });
export type SchedulePreview = z.infer<typeof SchedulePreview>;

/** The body of `POST /v1/schedules/{id}/backfill`. */
export const BackfillRequest = z
  .strictObject({
    from: Instant.describe('At or after this instant.'),
    to: Instant.describe('Before this instant, which has gone by.'),
    dryRun: z.boolean().default(false),
  })
  .meta({ id: 'BackfillRequest' });
export type BackfillRequest = z.infer<typeof BackfillRequest>;

export const BackfillResult = z
  .object({
    dryRun: z.boolean(),
    fires: z
      .array(
        FireTime.extend({ taskId: z.string().optional(), isKnown: z.boolean().describe('It has, or gets, its task.') }),
      )
      .describe('All of them.'),
    created: z.int().describe('Tasks that it made, or would make.'),
  })
  .meta({ id: 'BackfillResult' });
export type BackfillResult = z.infer<typeof BackfillResult>;

/** All fires of a time, for a calendar. */
export const ScheduleCalendar = z
  .object({
    from: Time,
    to: Time,
    items: z
      .array(z.object({ id: z.string(), name: z.string(), state: ScheduleState, fires: z.array(Time) }))
      .describe(`Schedules with at most ${limits.calendarFires} fires in it.`),
    dense: z
      .array(z.object({ id: z.string(), name: z.string(), state: ScheduleState, sentence: z.string() }))
      .describe('Those with more.'),
    isMore: z.boolean().describe('There are schedules that it does not show.'),
  })
  .meta({ id: 'ScheduleCalendar' });
export type ScheduleCalendar = z.infer<typeof ScheduleCalendar>;
