import { monthDayOf, weekdaysOf } from './calendar-days.ts';
import { dayText, durationText, everyText, listText, ordinal, timeText, weekdayNames } from './clock-words.ts';
import { cronWords } from './cron-words.ts';
import { splitWall } from './day.ts';
import type { Frequency, Rule } from './rule.ts';
import { anchorDayOf, cronOf, elapsedIntervalMs, timeOfDayOf } from './rule-slots.ts';
import { wallOf, zoneOf } from './zone.ts';

/**
 * A rule in plain English: `every 2 weeks on Monday and Thursday at 02:00 Europe/Paris until 31 December 2026`.
 */
export function sentenceOf(rule: Rule): string {
  return `${timingText(rule)}${maxFiresText(rule)}${jitterText(rule)}`;
}

function timingText(rule: Rule): string {
  switch (rule.timing) {
    case 'immediately':
      return 'immediately, and again whenever it is rescheduled';
    case 'later': {
      const limit = rule.finishAt === undefined ? '' : `, not after ${momentText(rule, rule.finishAt)}`;
      return `once, at ${momentText(rule, rule.anchorAt)} ${rule.timeZone}${limit}`;
    }
    case 'schedule':
      return rule.frequency ? scheduleText(rule, rule.frequency) : 'never';
    default:
      return rule.timing satisfies never;
  }
}

function scheduleText(rule: Rule, frequency: Frequency): string {
  const bounds = [startText(rule, frequency), finishText(rule)].filter((text) => text !== undefined);
  // Elapsed time knows no zone; instants do.
  if (elapsedIntervalMs(frequency) !== undefined && bounds.length > 0) bounds.push(rule.timeZone);
  return [frequencyText(rule, frequency), ...bounds].join(' ');
}

function frequencyText(rule: Rule, frequency: Frequency): string {
  const { every, interval = 1, cron = '' } = frequency;
  const at = `at ${timeText(timeOfDayOf(rule))} ${rule.timeZone}`;
  switch (every) {
    case 'seconds':
      return everyText(interval, 'second');
    case 'minutes':
      return everyText(interval, 'minute');
    case 'hourly':
      return everyText(interval, 'hour');
    case 'daily':
      return `${everyText(interval, 'day')} ${at}`;
    case 'weekly': {
      const weekdays = weekdaysOf(frequency, anchorDayOf(rule)).map((weekday) => weekdayNames[weekday] as string);
      return `${everyText(interval, 'week')} on ${listText(weekdays)} ${at}`;
    }
    case 'monthly':
      return `${monthlyText(interval, monthDayOf(frequency, anchorDayOf(rule)))} ${at}`;
    case 'cron':
      return cronWords(cronOf(cron), rule.timeZone) ?? `by cron \`${cron.trim()}\` in ${rule.timeZone}`;
    default:
      return every satisfies never;
  }
}

function monthlyText(interval: number, monthDay: number | 'last'): string {
  const day = monthDay === 'last' ? 'the last day' : `the ${ordinal(monthDay)}`;
  const isOften = typeof monthDay === 'number' && monthDay > 28;
  const short = isOften ? ', or the last day of a shorter month,' : '';
  return interval === 1 ? `on ${day} of every month${short}` : `every ${interval} months on ${day}${short}`;
}

/** The day it starts on, with the time where that says more than the rule does. */
function startText(rule: Rule, frequency: Frequency): string | undefined {
  if (rule.startAt === undefined) return undefined;
  const wall = wallOf(zoneOf(rule.timeZone), rule.startAt);
  const { timeOfDay } = splitWall(wall);
  const isElapsed = elapsedIntervalMs(frequency) !== undefined;
  const isKnown = timeOfDay === 0 || (frequency.every !== 'cron' && timeOfDay === timeOfDayOf(rule));
  return `from ${!isElapsed && isKnown ? dayText(wall) : momentText(rule, rule.startAt)}`;
}

/** The day it finishes on, with the time unless it is the end of that day. */
function finishText(rule: Rule): string | undefined {
  if (rule.finishAt === undefined) return undefined;
  const wall = wallOf(zoneOf(rule.timeZone), rule.finishAt);
  const isEndOfDay = timeText(wall).startsWith('23:59');
  return `until ${isEndOfDay ? dayText(wall) : momentText(rule, rule.finishAt)}`;
}

function maxFiresText({ maxFires }: Rule): string {
  if (maxFires === undefined) return '';
  return maxFires === 1 ? ', at most once' : `, at most ${maxFires} times`;
}

function jitterText({ jitterSeconds }: Rule): string {
  return jitterSeconds === 0 ? '' : `, each up to ${durationText(jitterSeconds)} later by chance`;
}

/** `1 December 2026 09:00`, in the zone of the rule. */
function momentText(rule: Rule, at: number): string {
  const wall = wallOf(zoneOf(rule.timeZone), at);
  return `${dayText(wall)} ${timeText(wall)}`;
}
