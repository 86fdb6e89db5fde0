import type { QueueInfo } from '@drover/core';
import { counted, formatCount } from '../count.ts';
import { formatDuration } from '../duration.ts';

type Limits = NonNullable<QueueInfo['limits']>;

/** What bounds a queue, a short phrase each: `4 at a time`, `10 a second`, `2 a key`, `kept 7 days`. */
export function limitWords({ limits = {}, retention = {} }: Pick<QueueInfo, 'limits' | 'retention'>): string[] {
  const { concurrency, rate, keyConcurrency } = limits;
  const { doneDays, otherDays } = retention;
  return [
    ...(concurrency === undefined ? [] : [`${formatCount(concurrency)} at a time`]),
    ...(rate === undefined ? [] : [rateWords(rate)]),
    ...(keyConcurrency === undefined ? [] : [`${formatCount(keyConcurrency)} of a key`]),
    ...(doneDays === undefined ? [] : [`done ones kept ${daysWords(doneDays)}`]),
    ...(otherDays === undefined ? [] : [`others kept ${daysWords(otherDays)}`]),
  ];
}

function rateWords({ tasks, seconds, burst }: NonNullable<Limits['rate']>): string {
  const span = seconds === 1 ? 'a second' : seconds === 60 ? 'a minute' : seconds === 3_600 ? 'an hour' : undefined;
  const pace = `${formatCount(tasks)} ${span ?? `in ${formatDuration(seconds)}`}`;
  return burst > 1 ? `${pace}, ${formatCount(burst)} at once` : pace;
}

function daysWords(days: number): string {
  return days === 0 ? 'not at all' : counted(days, 'day');
}
