import { VisuallyHidden } from '@mantine/core';
import { IconStack2 } from '@tabler/icons-react';
import { Link } from '@tanstack/react-router';
import { counted, formatCount } from '../../count.ts';
import { longDay } from '../../statistics/calendar-day.ts';
import { scheduleLooks } from '../schedule-looks.ts';
import type { CalendarSearch } from './calendar-search.ts';
import type { Entry } from './fires.ts';
import type { Cell, WeekDay } from './week.ts';
import classes from './week-picture.module.css';
import type { WeekProps } from './week-picture.tsx';
import { type Clock, twoDigits } from './zoned-day.ts';

/** Schedules that a cell names. */
const namedFirst = 2;

const toDay = (date: string) => (before: CalendarSearch) => ({ ...before, view: undefined, as: undefined, date });

/** Hours from top to bottom, days from left to right. A click leads to the day. */
export function WeekTable({ days, zone, now }: WeekProps) {
  return (
    <table className={classes.week} aria-label={`Fires of the week by day and hour, ${zone}`}>
      <thead>
        <tr>
          <th scope="col">
            <VisuallyHidden>Hour</VisuallyHidden>
          </th>
          {days.map((day) => (
            <th key={day.date} scope="col" data-today={day.date === now.date}>
              <DayLink day={day} />
            </th>
          ))}
        </tr>
      </thead>
      <tbody>
        {Array.from({ length: 24 }, (_, hour) => hour).map((hour) => (
          <tr key={hour}>
            <th scope="row">{twoDigits(hour)}:00</th>
            {days.map(({ date, cells }) => {
              const cell = cells[hour];
              return cell === undefined ? null : <HourCell key={date} date={date} cell={cell} now={now} />;
            })}
          </tr>
        ))}
      </tbody>
    </table>
  );
}

function DayLink({ day: { date, fires } }: { day: WeekDay }) {
  return (
    <Link to="/schedules/calendar" search={toDay(date)} className={classes.day}>
      {longDay(date)}
      <span className={classes.count}>{counted(fires, 'fire')}</span>
    </Link>
  );
}

/** What a day says of an hour: many at once stand out; an hour that the clock passes over is struck out. */
function HourCell({ date, cell, now }: { date: string; cell: Cell; now: Clock }) {
  const { hour, fires, entries, atOnce, length, level } = cell;
  const time = date === now.date ? hour - now.hour : date < now.date ? -1 : 1;
  const state = {
    'data-level': level,
    'data-past': time < 0,
    'data-now': time === 0 && date === now.date,
    'data-missing': length === 0,
  };
  if (entries.length === 0) {
    return <td {...state}>{length === 0 && <VisuallyHidden>The clock passes over it</VisuallyHidden>}</td>;
  }
  const named = entries.slice(0, namedFirst).map((entry) => <Name key={entry.id} entry={entry} />);
  return (
    <td {...state}>
      <Link to="/schedules/calendar" search={toDay(date)} className={classes.cell} tabIndex={-1}>
        <span className={classes.head}>
          <b>{formatCount(fires)}</b>
          {atOnce > 1 && (
            <span className={classes.atOnce}>
              <IconStack2 size={13} aria-hidden />
              {formatCount(atOnce)}
              <VisuallyHidden>at once</VisuallyHidden>
            </span>
          )}
          {length > 1 && <span className={classes.note}>comes twice</span>}
          {entries.length === 1 && named}
        </span>
        {entries.length > 1 && named}
        {entries.length > namedFirst && (
          <span className={classes.note}>+{formatCount(entries.length - namedFirst)}</span>
        )}
      </Link>
    </td>
  );
}

function Name({ entry: { name, state, isPaused } }: { entry: Entry }) {
  const { icon: Icon, label } = scheduleLooks[state];
  return (
    <span className={classes.name} data-paused={isPaused} title={name}>
      {state !== 'active' && <Icon size={12} aria-label={`${label}:`} />} {name}
    </span>
  );
}
