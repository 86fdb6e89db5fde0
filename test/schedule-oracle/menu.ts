import type { Frequency, RuleInput, Weekday } from '@drover/core';
import { instantOf, type Moment, nameOf } from './moment.ts';
import { iso, type Vector } from './vector.ts';

/** What is tried around a moment. Every dish is one rule, asked shortly before. */
export type Dish = (moment: Moment) => Omit<Vector, 'fires'>;

const second = 1_000;
const minute = 60 * second;
const hour = 60 * minute;
const day = 24 * hour;
const weekdays: Weekday[] = ['SU', 'MO', 'TU', 'WE', 'TH', 'FR', 'SA'];
const names = ['SUN', 'MON', 'TUE', 'WED', 'THU', 'FRI', 'SAT'];
const months = ['JAN', 'FEB', 'MAR', 'APR', 'MAY', 'JUN', 'JUL', 'AUG', 'SEP', 'OCT', 'NOV', 'DEC'];

/** `since`: how long before the moment it is asked. `anchor`: how long before it was created, if not then. Ms. */
type Ask = { since: number; n: number; anchor?: number } & Partial<
  Omit<RuleInput, 'frequency' | 'timeZone' | 'timing'>
>;

function dish(about: string, moment: Moment, frequency: Frequency, { since, n, anchor = since, ...rest }: Ask) {
  const { at } = moment.transition;
  const rule: RuleInput = { timing: 'schedule', ...rest, frequency, timeZone: moment.zone };
  return { about, rule, anchorAt: iso(at - anchor), after: iso(at - since), n };
}

function daily(about: string, wallOf: (moment: Moment) => number): Dish {
  return (moment) => {
    const at = nameOf(wallOf(moment)).time;
    return dish(about, moment, { every: 'daily', at }, { since: 50 * hour, n: 4, anchor: 9 * day });
  };
}

type Name = ReturnType<typeof nameOf>;

/** `patternOf` makes a pattern of the middle of the change. */
function cron(about: string, ask: Ask, patternOf: (name: Name, moment: Moment) => string): Dish {
  return (moment) => dish(about, moment, { every: 'cron', cron: patternOf(nameOf(moment.middle), moment) }, ask);
}

const dailyDishes: Dish[] = [
  daily('daily in the first minute of the change', ({ low }) => low),
  daily('daily in its last minute', ({ high }) => high - minute),
  daily('daily in the minute before it', ({ low }) => low - minute),
  daily('daily right after it', ({ high }) => high),
  daily('daily at midnight', () => 0),
  (moment) => {
    const startAt = iso(instantOf(moment, moment.middle - 9 * day));
    const frequency: Frequency = { every: 'daily', interval: 3, at: nameOf(moment.middle).time };
    return dish('every 3 days', moment, frequency, { startAt, since: 7 * day, n: 4 });
  },
  (moment) => {
    const startAt = iso(instantOf(moment, moment.middle - 3 * day) + 17 * second);
    return dish('daily at the time of its start', moment, { every: 'daily' }, { startAt, since: 30 * day, n: 5 });
  },
  (moment) => {
    const startAt = iso(moment.transition.at + 10 * minute);
    const frequency: Frequency = { every: 'daily', at: nameOf(moment.middle).time };
    return dish('daily, starts 10 minutes after the change', moment, frequency, { startAt, since: 2 * day, n: 3 });
  },
  (moment) => {
    const finishAt = iso(instantOf(moment, moment.middle));
    const frequency: Frequency = { every: 'daily', at: nameOf(moment.middle).time };
    return dish('daily until the very fire in the change', moment, frequency, { finishAt, since: 3 * day, n: 9 });
  },
  (moment) => {
    const finishAt = iso(instantOf(moment, moment.middle) - second);
    const frequency: Frequency = { every: 'daily', at: nameOf(moment.middle).time };
    return dish('daily until a second before that', moment, frequency, { finishAt, since: 3 * day, n: 9 });
  },
];

const calendarDishes: Dish[] = [
  (moment) => {
    const { time, weekday } = nameOf(moment.middle);
    const frequency: Frequency = { every: 'weekly', at: time, weekdays: [weekdays[weekday] ?? 'SU'] };
    return dish('weekly on the day of the change', moment, frequency, { since: 8 * day, n: 3 });
  },
  (moment) => {
    const { time, weekday } = nameOf(moment.middle);
    const wanted = ([1, 4, weekday] as const).map((one) => weekdays[one] ?? 'SU');
    const frequency: Frequency = { every: 'weekly', interval: 2, at: time, weekdays: [...new Set(wanted)] };
    return dish('every second week', moment, frequency, { since: 12 * day, anchor: 30 * day, n: 6 });
  },
  (moment) => {
    const startAt = iso(instantOf(moment, moment.middle - 42 * day));
    return dish('every third week', moment, { every: 'weekly', interval: 3 }, { startAt, since: 30 * day, n: 4 });
  },
  (moment) => {
    const frequency: Frequency = { every: 'monthly', monthDay: 31, at: nameOf(moment.middle).time };
    return dish('monthly on day 31', moment, frequency, { since: 65 * day, n: 4 });
  },
  (moment) => {
    const frequency: Frequency = { every: 'monthly', monthDay: 'last', at: '00:00' };
    return dish('monthly on the last day', moment, frequency, { since: 40 * day, n: 4 });
  },
  (moment) => {
    const { day: monthDay, time } = nameOf(moment.middle);
    const frequency: Frequency = { every: 'monthly', monthDay, at: time };
    return dish('monthly on the day of the change', moment, frequency, { since: 40 * day, n: 4 });
  },
  (moment) => {
    const startAt = iso(Date.UTC(nameOf(moment.low).year, 0, 31, 12));
    return dish('every second month', moment, { every: 'monthly', interval: 2 }, { startAt, since: 80 * day, n: 5 });
  },
  (moment) => {
    const startAt = iso(Date.UTC(nameOf(moment.low).year - 1, 11, 30, 6, 30, 5));
    const frequency: Frequency = { every: 'monthly', at: `${nameOf(moment.low).time}:05` };
    return dish('monthly on day 30', moment, frequency, { startAt, since: 100 * day, n: 4 });
  },
];

const elapsedDishes: Dish[] = [
  (moment) => dish('hourly', moment, { every: 'hourly' }, { since: 3.5 * hour, anchor: 71.25 * hour, n: 8 }),
  (moment) =>
    dish('every 5 hours', moment, { every: 'hourly', interval: 5 }, { since: 9 * hour, anchor: 49 * hour, n: 6 }),
  (moment) => {
    const startAt = iso(moment.transition.at - 45 * minute);
    return dish('every 15 minutes', moment, { every: 'minutes', interval: 15 }, { startAt, since: day, n: 9 });
  },
  (moment) => {
    const startAt = iso(moment.transition.at - 5 * hour + 13 * second);
    return dish('every 90 seconds', moment, { every: 'seconds', interval: 90 }, { startAt, since: 4 * minute, n: 7 });
  },
  (moment) => {
    const finishAt = iso(moment.transition.at + 35 * minute);
    const ask = { finishAt, since: 35 * minute, anchor: 70 * minute, n: 50 };
    return dish('every 7 minutes until it finishes', moment, { every: 'minutes', interval: 7 }, ask);
  },
];

const cronDishes: Dish[] = [
  cron('every 20 minutes of an hour', { since: 25 * hour, n: 8 }, (_, { low }) => `*/20 ${nameOf(low).hours} * * *`),
  cron('a range of hours', { since: 25 * hour, n: 9 }, ({ hours, minutes }) => {
    return `${minutes} ${Math.max(0, hours - 1)}-${Math.min(23, hours + 2)} * * *`;
  }),
  cron('two hours that may meet', { since: 26 * hour, n: 6 }, (_, { low, high }) => {
    return `${nameOf(low).minutes} ${nameOf(low).hours},${nameOf(high).hours} * * *`;
  }),
  cron('every half hour', { since: 2 * hour, n: 9 }, () => '*/30 * * * *'),
  cron('every hour at a quarter past', { since: 3 * hour, n: 6 }, () => '15 * * * *'),
  cron('every second hour', { since: 5 * hour, n: 6 }, ({ minutes }) => `${minutes} */2 * * *`),
  cron('every third hour, on some days', { since: 2 * day, n: 9 }, ({ weekday }) => `0 */3 * * ${weekday},WED`),
  cron('a day of the month, or a weekday', { since: 4 * day, n: 5 }, ({ minutes, hours, day: date, weekday }) => {
    return `${minutes} ${hours} ${date} * ${names[(weekday + 2) % 7]}`;
  }),
  cron('the last day of the month', { since: 40 * day, n: 3 }, ({ minutes, hours }) => `${minutes} ${hours} L * *`),
  cron('the last such weekday', { since: 40 * day, n: 3 }, ({ time, weekday }) => `${cronTime(time)} * * ${weekday}L`),
  cron('the nth such weekday', { since: 40 * day, n: 3 }, ({ time, weekday, nth }) => {
    return `${cronTime(time)} * * ${weekday}#${nth}`;
  }),
  cron('the nearest working day', { since: 70 * day, n: 4 }, ({ time, day: date }) => {
    return `${cronTime(time)} ${Math.min(date, 28)}W * *`;
  }),
  cron('six fields', { since: 26 * hour, n: 7 }, ({ time }) => `*/20 ${cronTime(time)} * * *`),
  cron('every 40 seconds', { since: 100 * second, n: 7 }, () => '*/40 * * * * *'),
  cron('by a nickname', { since: 2 * hour, n: 3 }, ({ nth }) => {
    return ['@hourly', '@daily', '@weekly', '@monthly', '@hourly', '@daily'][nth] ?? '@daily';
  }),
  cron('names of months and days', { since: 9 * day, n: 6 }, ({ time, month, weekday }) => {
    return `${cronTime(time)} * ${months[month - 1]?.toLowerCase()} ${names[weekday]?.toLowerCase()},tue`;
  }),
  cron('from Friday to Sunday', { since: 4 * day, n: 6 }, ({ time }) => `${cronTime(time)} * * 5-7`),
  cron('midnight', { since: 50 * hour, n: 4 }, () => '0 0 * * *'),
  (moment) => {
    const { time } = nameOf(moment.middle);
    const startAt = iso(moment.transition.at - 30 * minute);
    const finishAt = iso(moment.transition.at + 2 * day);
    const frequency: Frequency = { every: 'cron', cron: `${cronTime(time).split(' ')[0]},5 * * * *` };
    return dish('hourly, between start and finish', moment, frequency, { startAt, finishAt, since: day, n: 6 });
  },
];

/** `02:30` as minutes and hours. */
function cronTime(time: string): string {
  return time.split(':').map(Number).reverse().join(' ');
}

/** Served at every moment, in turn: a time of day in the midst of the change. */
export const always: Dish[] = [
  daily('daily in the midst of the change', ({ middle }) => middle),
  cron('cron in the midst of the change', { since: 50 * hour, n: 4 }, ({ time }) => `${cronTime(time)} * * *`),
];

/** What is odd in every zone, and slow to come again: served once in every zone that never changes its clocks. */
export const rare: Dish[] = [
  ...[
    '30 4 31 * *',
    '0 12 29 2 MON',
    '@yearly',
    '@monthly',
    '0 0 L 2 *',
    '15 6 1W * *',
    '15 6 15W,L * *',
    '0 0 */10 * *',
    '5-20/5 8-18/5 1-7 JAN,7 *',
    '0 9 * * MON#1,FRI#5',
    '0 9 * * 3L',
    '0 9 13 * fri',
    '10,50 59 23 31 12 *',
  ].map((pattern) => cron('rare', { since: 90 * day, n: 5 }, () => pattern)),
  cron('leap days', { since: 90 * day, n: 2 }, () => '0 0 29 2 *'),
  (moment) => {
    const startAt = iso(Date.UTC(2024, 1, 29, 21, 15));
    return dish('born on a leap day', moment, { every: 'monthly', interval: 12 }, { startAt, since: 800 * day, n: 4 });
  },
  (moment) => {
    const frequency: Frequency = { every: 'weekly', interval: 52, weekdays: ['SU', 'MO'], at: '23:59:59' };
    return dish('every 52 weeks', moment, frequency, { since: 800 * day, anchor: 803 * day, n: 5 });
  },
  (moment) => {
    const frequency: Frequency = { every: 'daily', interval: 365 };
    return dish('every 365 days', moment, frequency, { since: 800 * day, anchor: 805.37 * day, n: 4 });
  },
  (moment) => dish('a bounded number', moment, { every: 'hourly' }, { since: day, maxFires: 3, n: 9 }),
];

export const menu: Dish[] = [...dailyDishes, ...calendarDishes, ...elapsedDishes, ...cronDishes];
