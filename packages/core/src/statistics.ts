import { z } from 'zod';
import { limits } from './limits.ts';

const Time = z.iso.datetime();
const Seconds = z.number().nullable();

/** An IANA time zone by name. Fixed offsets are refused: they know no summer time. */
export const TimeZone = z
  .string()
  .min(1)
  .max(64)
  .refine(isTimeZone, { message: 'must be an IANA time zone, for example "Europe/Paris"' });

function isTimeZone(name: string): boolean {
  if (name !== 'UTC' && !/^[A-Za-z_]+(\/[A-Za-z0-9_+-]+)+$/.test(name)) return false;
  try {
    new Intl.DateTimeFormat('en', { timeZone: name });
    return true;
  } catch {
    return false;
  }
}

/** What statistics are grouped by. */
export const StatisticsGrouping = z.enum(['method', 'queue', 'company']);
export type StatisticsGrouping = z.infer<typeof StatisticsGrouping>;

/** What is asked of the statistics. */
export const StatisticsQuery = z.strictObject({
  days: z.int().min(1).max(limits.statisticsDays).default(7),
  timeZone: TimeZone.default('UTC'),
  by: StatisticsGrouping.optional(),
  company: z.string().optional(),
});
export type StatisticsQuery = z.infer<typeof StatisticsQuery>;

/** What was counted. A task counts once, when it has ended, however many attempts it took; executions are counted apart. */
export const Figures = z
  .object({
    enqueued: z.int(),
    total: z.int().describe('Tasks that ended: completed, failed and cancelled.'),
    completed: z.int().describe('Ended as success, warning, info, skipped or merged.'),
    failed: z.int().describe('Ended as error, timeout, expired or lost.'),
    cancelled: z.int(),
    outcomes: z.record(z.string(), z.int()).describe('Tasks that ended, by outcome; those with none are left out.'),
    executions: z.int().describe('Executions that ended.'),
    retried: z.int().describe('Executions after which the task was tried again by itself.'),
    averageSeconds: Seconds.describe('Average duration of an execution; null when there was none.'),
    p50Seconds: Seconds.describe('Half of the executions took no longer. From a histogram: within a tenth.'),
    p95Seconds: Seconds,
    p99Seconds: Seconds,
    waitAverageSeconds: Seconds.describe('How long a due execution waited for a worker, on average.'),
    waitP50Seconds: Seconds,
    waitP95Seconds: Seconds,
    waitP99Seconds: Seconds,
  })
  .meta({ id: 'Figures' });
export type Figures = z.infer<typeof Figures>;

/** A calendar day of the chosen zone. */
export const DayFigures = Figures.extend({
  date: z.iso.date(),
  from: Time.describe('When the day began in the zone.'),
  to: Time.describe('When it ends.'),
}).meta({ id: 'DayFigures' });
export type DayFigures = z.infer<typeof DayFigures>;

export const GroupFigures = Figures.extend({
  key: z.string().describe('The full method name, the queue, or the company.'),
  days: z.array(z.object({ date: z.iso.date(), total: z.int(), completed: z.int(), failed: z.int() })),
}).meta({ id: 'GroupFigures' });
export type GroupFigures = z.infer<typeof GroupFigures>;

export const Statistics = z
  .object({
    timeZone: z.string(),
    from: Time,
    to: Time,
    days: z.array(DayFigures).describe('Every day, oldest first, empty ones too; the last is today.'),
    total: Figures.describe('Of all days.'),
    by: StatisticsGrouping.optional(),
    groups: z
      .array(GroupFigures)
      .optional()
      .describe(`With \`by\`: the ${limits.statisticsGroups} groups with most tasks, largest first.`),
    omittedGroups: z.int().optional().describe('Groups that are not listed because there are too many.'),
  })
  .meta({ id: 'Statistics' });
export type Statistics = z.infer<typeof Statistics>;

/** The process monitor's figures. */
export const MonitorFigures = z
  .object({
    activeTasks: z.int().describe('Tasks that run now.'),
    queueSize: z.int().describe('Tasks that are ready and wait for a worker.'),
    scheduledTasks: z.int(),
    attentionTasks: z.int().describe('Tasks that need a person.'),
    failedTasks: z.int().describe('Tasks that failed in the last 24 hours.'),
    completedTasks: z.int().describe('Tasks that ended well in the last 24 hours.'),
    averageSeconds: Seconds.describe('Average duration of the executions of the last 24 hours.'),
    workers: z
      .object({ running: z.int(), quiet: z.int(), stopping: z.int(), lost: z.int() })
      .describe('Workers by state.'),
  })
  .meta({ id: 'MonitorFigures' });
export type MonitorFigures = z.infer<typeof MonitorFigures>;
