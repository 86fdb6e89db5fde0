import type { Cron } from './cron.ts';
import type { TimesOfDay } from './day-times.ts';

const hourMs = 3_600_000;
const minuteMs = 60_000;
const secondMs = 1_000;

/** The times of day that a cron pattern names: each of its seconds in each of its minutes in each of its hours. */
export function cronTimes({ hours, minutes, seconds }: Cron): TimesOfDay {
  const at = (hour: number, minute: number, second: number) => hour * hourMs + minute * minuteMs + second * secondMs;
  const first = (values: number[]) => values[0] as number;
  const last = (values: number[]) => values.at(-1) as number;
  return {
    first: at(first(hours), first(minutes), first(seconds)),
    last: at(last(hours), last(minutes), last(seconds)),
    from(timeOfDay) {
      const { hour, minute, second } = split(timeOfDay);
      if (hours.includes(hour)) {
        const inMinute = minutes.includes(minute) ? seconds.find((each) => each >= second) : undefined;
        if (inMinute !== undefined) return at(hour, minute, inMinute);
        const later = minutes.find((each) => each > minute);
        if (later !== undefined) return at(hour, later, first(seconds));
      }
      const later = hours.find((each) => each > hour);
      return later === undefined ? undefined : at(later, first(minutes), first(seconds));
    },
    upTo(timeOfDay) {
      const { hour, minute, second } = split(timeOfDay);
      if (hours.includes(hour)) {
        const inMinute = minutes.includes(minute) ? seconds.findLast((each) => each <= second) : undefined;
        if (inMinute !== undefined) return at(hour, minute, inMinute);
        const earlier = minutes.findLast((each) => each < minute);
        if (earlier !== undefined) return at(hour, earlier, last(seconds));
      }
      const earlier = hours.findLast((each) => each < hour);
      return earlier === undefined ? undefined : at(earlier, last(minutes), last(seconds));
    },
  };
}

function split(timeOfDay: number): { hour: number; minute: number; second: number } {
  return {
    hour: Math.floor(timeOfDay / hourMs),
    minute: Math.floor((timeOfDay % hourMs) / minuteMs),
    second: Math.floor((timeOfDay % minuteMs) / secondMs),
  };
}
