import type { Frequency } from '@drover/core';
import { clockOf } from './clock.ts';
import { nameOf } from './moment.ts';
import type { Vector } from './vector.ts';

const names = ['Sun', 'Mon', 'Tue', 'Wed', 'Thu', 'Fri', 'Sat'];
const codes = ['SU', 'MO', 'TU', 'WE', 'TH', 'FR', 'SA'];
const months = ['JAN', 'FEB', 'MAR', 'APR', 'MAY', 'JUN', 'JUL', 'AUG', 'SEP', 'OCT', 'NOV', 'DEC'];
const nicknames: Record<string, string> = {
  '@hourly': '0 * * * *',
  '@daily': '0 0 * * *',
  '@weekly': '0 0 * * 0',
  '@monthly': '0 0 1 * *',
  '@yearly': '0 0 1 1 *',
};

/** A rule as calendar expressions of systemd, of which each adds its times. Undefined where they have no words for it. */
export function expressionsOf({ rule, anchorAt }: Vector): string[] | undefined {
  const { frequency, timeZone = 'UTC' } = rule;
  if (frequency === undefined) return;
  const anchor = Date.parse(rule.startAt ?? anchorAt);
  const anchorWall = anchor + clockOf(timeZone).offsetAt(anchor);
  const wall = new Date(anchorWall);
  const interval = frequency.interval ?? 1;
  const time = frequency.at ?? wall.toISOString().slice(11, 19);
  switch (frequency.every) {
    case 'seconds':
      return;
    case 'minutes': {
      if (60 % interval !== 0) return;
      const utc = new Date(anchor);
      return [`*-*-* *:${utc.getUTCMinutes() % interval}/${interval}:${utc.getUTCSeconds()} UTC`];
    }
    case 'hourly': {
      if (24 % interval !== 0) return;
      const utc = new Date(anchor);
      return [`*-*-* ${utc.getUTCHours() % interval}/${interval}:${utc.getUTCMinutes()}:${utc.getUTCSeconds()} UTC`];
    }
    case 'daily':
      return interval === 1 ? [`*-*-* ${time} ${timeZone}`] : undefined;
    case 'weekly': {
      const days = frequency.weekdays?.map((day) => names[codes.indexOf(day)]) ?? [names[wall.getUTCDay()]];
      return interval === 1 ? [`${days.join()} *-*-* ${time} ${timeZone}`] : undefined;
    }
    case 'monthly':
      return datesOf(frequency, anchorWall)?.map((date) => `${date} ${time} ${timeZone}`);
    case 'cron':
      return ofCron(frequency.cron ?? '')?.map((expression) => `${expression} ${timeZone}`);
    default:
      return frequency.every satisfies never;
  }
}

function datesOf(frequency: Frequency, anchorWall: number): string[] | undefined {
  const { day, month } = nameOf(anchorWall);
  const interval = frequency.interval ?? 1;
  if (12 % interval !== 0) return;
  const wanted = Array.from({ length: 12 / interval }, (_, n) => ((month - 1 + n * interval) % 12) + 1);
  const monthDay = frequency.monthDay ?? day;
  if (monthDay === 'last' || monthDay === 31) return [`*-${wanted.join()}~01`];
  if (monthDay < 29) return [`*-${wanted.join()}-${monthDay}`];
  const others = wanted.filter((one) => one !== 2);
  return [...(others.length > 0 ? [`*-${others.join()}-${monthDay}`] : []), ...(wanted.includes(2) ? ['*-02~01'] : [])];
}

function ofCron(cron: string): string[] | undefined {
  const written = (nicknames[cron] ?? cron).toUpperCase().split(' ');
  const [second, minute, hour, day = '', month = '', weekday = ''] = written.length === 5 ? ['0', ...written] : written;
  const time = [hour, minute, second].map((field) => numbers(field ?? '', 0)).join(':');
  const inMonths = numbers(named(month, months, 1), 1);
  const byDay = day.split(',').flatMap((item) => {
    if (item === 'L') return [`*-${inMonths}~01`];
    if (!item.endsWith('W')) return [`*-${inMonths}-${numbers(item, 1)}`];
    const wanted = Number(item.slice(0, -1));
    const [saturday, sunday] = [wanted === 1 ? 'Mon *-*-3' : `Fri *-*-${wanted - 1}`, `Mon *-*-${wanted + 1}`];
    return [`Mon..Fri *-*-${wanted}`, saturday, sunday];
  });
  const byWeekday = weekday.split(',').flatMap((item) => {
    const [name = '', nth] = named(item.replace(/L$/, ''), names, 0).split('#');
    const days = name.split('-').map((one) => names[Number(one) % 7]);
    if (item.endsWith('L')) return [`${days} *-${inMonths}~07/1`];
    if (nth !== undefined) return [`${days} *-${inMonths}-${Number(nth) * 7 - 6}..${Math.min(31, Number(nth) * 7)}`];
    return [`${days.join('..')} *-${inMonths}-*`];
  });
  const dates = [...(day === '*' && weekday !== '*' ? [] : byDay), ...(weekday === '*' ? [] : byWeekday)];
  return dates.map((date) => `${date} ${time}`);
}

/** Names as numbers. */
function named(field: string, words: string[], first: number): string {
  return words.reduce((text, word, index) => text.replaceAll(word.toUpperCase(), String(index + first)), field);
}

/** Ranges and steps as systemd writes them. */
function numbers(field: string, first: number): string {
  return field.replaceAll('-', '..').replace(/^\*\//, `${first}/`);
}
