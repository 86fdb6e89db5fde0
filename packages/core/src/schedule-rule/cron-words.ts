import { everyText, listText, monthName, ordinal, timeText, weekdayNames } from './clock-words.ts';
import type { Cron, Weekdays } from './cron.ts';

/** More times of day, days or months than these are not spelt out. */
const spelt = 4;

/**
 * A cron pattern in words, with its zone: `every day at 02:30 Europe/Paris`. Undefined where words would be long or
 * uncertain.
 */
export function cronWords(cron: Cron, timeZone: string): string | undefined {
  const days = daysText(cron);
  if (days === undefined) return undefined;
  const often = oftenText(cron);
  if (often !== undefined)
    return [often, days.replace(/^every (day ?)?(from )?/, ''), timeZone].filter(Boolean).join(', ');
  const times = timesText(cron);
  return times && `${days} at ${times} ${timeZone}`;
}

/** `every 15 minutes`, `every hour at minute 30`, `every 15 minutes from 09:00 to 17:45`. */
function oftenText(cron: Cron): string | undefined {
  const { seconds, minutes, hours } = cron;
  const first = hours[0] as number;
  const last = hours.at(-1) as number;
  const isRange = hours.length > 1 && last - first === hours.length - 1;
  const isOnTheMinute = seconds.length === 1 && seconds[0] === 0;
  const minute = minutes.length === 1 ? (minutes[0] as number) : undefined;
  const minuteStep = stepOf(minutes, 60);
  if (hours.length === 24) {
    const secondStep = stepOf(seconds, 60);
    if (minuteStep === 1 && secondStep !== undefined) return everyText(secondStep, 'second');
    if (isOnTheMinute && minuteStep !== undefined) return everyText(minuteStep, 'minute');
    if (isOnTheMinute && minute !== undefined) return `every hour at minute ${minute}`;
    return undefined;
  }
  if (!isOnTheMinute) return undefined;
  const between = `from ${clockText(first, minutes[0])} to ${clockText(last, minutes.at(-1))}`;
  if (isRange && minuteStep !== undefined) return `${everyText(minuteStep, 'minute')} ${between}`;
  if (minute === undefined) return undefined;
  if (isRange && hours.length > 2) return `every hour ${between}`;
  const hourStep = hours.length > spelt ? stepOf(hours, 24) : undefined;
  // Not "every 2 hours": where clocks are changed it is one hour, or three.
  return cron.isRoundTheClock && hourStep
    ? `every ${ordinal(hourStep)} hour of the day at minute ${minute}`
    : undefined;
}

/** `09:00 and 17:00`. */
function timesText({ seconds, minutes, hours }: Cron): string | undefined {
  if (seconds.length * minutes.length * hours.length > spelt) return undefined;
  const times = hours.flatMap((hour) =>
    minutes.flatMap((minute) => seconds.map((second) => clockText(hour, minute, second))),
  );
  return listText(times);
}

/** `every day`, `every Monday in July`, `on the 1st and the last day of every month`. */
function daysText({ months, monthDays, weekdays }: Cron): string | undefined {
  const isEveryMonth = months.length === 12;
  if ((monthDays && weekdays) || (!isEveryMonth && months.length > spelt)) return undefined;
  const monthsText = listText(months.map(monthName));
  if (!monthDays && (!weekdays || weekdays.days.length > 0)) {
    const days = weekdays ? weekdaysText(weekdays) : 'every day';
    return days && (isEveryMonth ? days : `${days} in ${monthsText}`);
  }
  const numbers = weekdays ? nthTexts(weekdays) : (monthDays?.days ?? []).map((day) => `the ${ordinal(day)}`);
  if (monthDays?.hasLast) numbers.push('the last day');
  if ((monthDays?.nearestTo.length ?? 0) > 0 || numbers.length > spelt) return undefined;
  return `on ${listText(numbers)} of ${isEveryMonth ? 'every month' : monthsText}`;
}

/** `every day from Monday to Friday`, `every Saturday and Sunday`. */
function weekdaysText({ days, lastOf, nth }: Weekdays): string | undefined {
  if (lastOf.length > 0 || nth.length > 0) return undefined;
  if (days.length === 7) return 'every day';
  const fromMonday = days.map((day) => (day + 6) % 7).sort((a, b) => a - b);
  const first = fromMonday[0] as number;
  const last = fromMonday.at(-1) as number;
  const isRange = days.length > 2 && last - first === days.length - 1;
  const names = fromMonday.map((day) => weekdayNames[day] as string);
  return isRange ? `every day from ${names[0]} to ${names.at(-1)}` : `every ${listText(names)}`;
}

/** `the 2nd Monday`, `the last Friday`. */
function nthTexts({ lastOf, nth }: Weekdays): string[] {
  const name = (day: number) => weekdayNames[(day + 6) % 7] as string;
  const counted = nth.toSorted((a, b) => a.n - b.n).map(({ weekday, n }) => `the ${ordinal(n)} ${name(weekday)}`);
  return [...new Set([...counted, ...lastOf.map((day) => `the last ${name(day)}`)])];
}

/** Values that come round evenly from 0 on: 0, 15, 30, 45 of 60 is 15. */
function stepOf(values: number[], size: number): number | undefined {
  const step = size / values.length;
  const isEven = Number.isInteger(step) && values.length > 1 && values.every((value, index) => value === index * step);
  return isEven ? step : undefined;
}

function clockText(hour: number, minute = 0, second = 0): string {
  return timeText(((hour * 60 + minute) * 60 + second) * 1_000);
}
