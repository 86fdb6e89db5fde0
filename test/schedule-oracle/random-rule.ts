import type { Frequency, RuleInput, Weekday } from '@drover/core';
import type { Chance } from '../chance.ts';
import { clockOf } from './clock.ts';
import type { Asked } from './oracle.ts';
import { iso, zones } from './vector.ts';

const second = 1_000;
const minute = 60 * second;
const hour = 60 * minute;
const day = 24 * hour;
const weekdays: Weekday[] = ['MO', 'TU', 'WE', 'TH', 'FR', 'SA', 'SU'];

const fields = {
  seconds: ['0', '0', '30', '*/20', '7,53'],
  minutes: ['0', '0', '30', '59', '*/15', '*/7', '5-20/5', '0,45', '*'],
  hours: ['*', '*', '*/2', '*/5', '*/23', '0', '2', '3', '23', '1-3', '0,1,2,3', '9-17/4', '0-23', '20-23/3'],
  days: ['*', '*', '*', '*', '1', '31', 'L', '15W', '1W', '28,L', '1-7', '10-30/10'],
  months: ['*', '*', '*', '*', '3,10', 'JAN-JUN', '*/3', 'mar,Oct,nov'],
  weekdays: ['*', '*', '*', '*', 'MON-FRI', '0', '7', '5-7', 'sun', '1#2', '0L', 'SAT,3#1'],
};
const nicknames = ['@hourly', '@daily', '@weekly', '@monthly'];

/** A rule at a random time, near a change of the clock of its zone as often as not. */
export type RandomRule = {
  asked: Asked;
  frequency: Frequency;
  /** About so far its slots are apart. Ms. */
  spacing: number;
  /** Instants to ask at are meant to be around here. */
  near: number;
};

export function randomRule(chance: Chance): RandomRule {
  const timeZone = chance.pick(zones) ?? 'UTC';
  const near = randomInstant(chance, timeZone);
  const frequency = randomFrequency(chance);
  const spacing = spacingOf(frequency);
  const isEarly = chance.next() < 0.7;
  const anchor = near - seconds(chance, isEarly ? 30 * spacing : 0) + seconds(chance, isEarly ? 0 : 3 * spacing);
  const rule: RuleInput = { timing: 'schedule', frequency, timeZone };
  if (chance.next() < 0.5) rule.startAt = iso(anchor);
  if (chance.next() < 0.3) rule.finishAt = iso(Math.max(anchor, near) + second + seconds(chance, 5 * spacing));
  return { asked: { rule, anchorAt: anchor }, frequency, spacing, near };
}

/** Between 2024 and 2030. Whole seconds. */
function randomInstant(chance: Chance, zone: string): number {
  const changes = clockOf(zone).transitions.filter(({ at }) => at > Date.UTC(2024, 0, 1) && at < Date.UTC(2031, 0, 1));
  const change = chance.pick(changes);
  if (change === undefined || chance.next() < 0.4)
    return Date.UTC(2024, 0, 1) + chance.between(0, 7 * 365 * 86_400) * second;
  return change.at + chance.between(-3 * 3_600, 3 * 3_600) * second;
}

function seconds(chance: Chance, ms: number): number {
  return chance.between(0, Math.floor(ms / second)) * second;
}

function randomFrequency(chance: Chance): Frequency {
  const every = chance.pick(['seconds', 'minutes', 'hourly', 'daily', 'weekly', 'monthly', 'cron', 'cron'] as const);
  if (every === undefined || every === 'cron') return { every: 'cron', cron: randomCron(chance) };
  const frequency: Frequency = { every };
  if (chance.next() < 0.6) frequency.interval = chance.between(1, every === 'seconds' ? 500 : 5);
  if (every === 'seconds' || every === 'minutes' || every === 'hourly') return frequency;
  if (chance.next() < 0.7) frequency.at = randomTime(chance);
  if (every === 'weekly' && chance.next() < 0.7) {
    const wanted = weekdays.filter(() => chance.next() < 0.4);
    if (wanted.length > 0) frequency.weekdays = wanted;
  }
  if (every === 'monthly' && chance.next() < 0.7)
    frequency.monthDay = chance.pick(['last', 29, 30, 31, chance.between(1, 28)] as const) ?? 'last';
  return frequency;
}

/** In the hours in which clocks are changed, mostly. */
function randomTime(chance: Chance): string {
  const hours = chance.next() < 0.7 ? chance.pick([0, 1, 2, 3, 23]) : chance.between(0, 23);
  const parts = [hours, chance.pick([0, 15, 30, 59]), chance.pick([0, 30])].slice(0, chance.between(2, 3));
  return parts.map((part) => String(part).padStart(2, '0')).join(':');
}

function randomCron(chance: Chance): string {
  if (chance.next() < 0.1) return chance.pick(nicknames) ?? '@daily';
  const { seconds: first, ...five } = fields;
  const written = Object.values(five).map((choices) => chance.pick(choices));
  return (chance.next() < 0.2 ? [chance.pick(first), ...written] : written).join(' ');
}

function spacingOf({ every, interval = 1, cron = '' }: Frequency): number {
  if (every !== 'cron') {
    const length = { seconds: second, minutes: minute, hourly: hour, daily: day, weekly: 7 * day, monthly: 30 * day };
    return length[every] * interval;
  }
  return cron.startsWith('@') || / \* \* \*$/.test(cron) ? 6 * hour : 10 * day;
}
