import { Link } from '@tanstack/react-router';
import { counted, formatCount } from '../../count.ts';
import { longDay } from '../../statistics/calendar-day.ts';
import type { Entry } from './fires.ts';
import type { WeekDay } from './week.ts';
import classes from './week-picture.module.css';
import type { WeekProps } from './week-picture.tsx';

const namedFirst = 4;

/** The same for narrow screens: a strip of hours for each day. */
export function WeekDays({ days, now }: WeekProps) {
  return (
    <ul className={classes.days}>
      {days.map((day) => (
        <li key={day.date} data-today={day.date === now.date}>
          <Link
            to="/schedules/calendar"
            search={(before) => ({ ...before, view: undefined, as: undefined, date: day.date })}
            className={classes.dayCard}
          >
            <span className={classes.dayName}>
              <b>{longDay(day.date)}</b>
              <span>{counted(day.fires, 'fire')}</span>
            </span>
            <span className={classes.strip} aria-hidden>
              {day.cells.map(({ hour, level, length }) => (
                <span key={hour} data-level={level} data-missing={length === 0} />
              ))}
            </span>
            <span className={classes.dayNote}>{words(day)}</span>
          </Link>
        </li>
      ))}
    </ul>
  );
}

function words({ cells }: WeekDay): string {
  const entries = [...new Set<Entry>(cells.flatMap((cell) => cell.entries.filter(({ isPaused }) => !isPaused)))];
  const most = cells.reduce((high, { atOnce }) => Math.max(high, atOnce), 0);
  if (entries.length === 0) return 'Nothing fires';
  const named = entries.slice(0, namedFirst).map(({ name }) => name);
  const more = entries.length > named.length ? ` and ${formatCount(entries.length - named.length)} more` : '';
  return `${most > 1 ? `${formatCount(most)} at once. ` : ''}${named.join(', ')}${more}`;
}
