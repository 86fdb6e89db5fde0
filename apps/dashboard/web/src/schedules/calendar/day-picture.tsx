import { Button } from '@mantine/core';
import { useMemo, useState } from 'react';
import { formatCount } from '../../count.ts';
import { useMinute } from '../../moment.tsx';
import classes from './day-picture.module.css';
import { Lane } from './lane.tsx';
import { LoadBars } from './load-bars.tsx';
import { Marks } from './marks.tsx';
import { type Sheet, shareOf } from './sheet.ts';
import { type Hour, hoursOf, timeIn } from './zoned-day.ts';

const shownFirst = 60;
/** The axis names every third hour, or every sixth where there is little room. */
const namedHours = { wide: 3, narrow: 6 };
const namesApartMs = 1.5 * 3_600_000;

/** How much fires, from left to right. Where there is no room for more, a list follows. */
export function DayStrip({ sheet }: { sheet: Sheet }) {
  const hours = useMemo(() => hoursOf(sheet.quarters), [sheet]);
  return (
    <div className={classes.picture} data-narrow>
      <Ground sheet={sheet} hours={hours} />
      <Loads sheet={sheet} />
      <Axis sheet={sheet} hours={hours} every={namedHours.narrow} />
      <Now sheet={sheet} />
    </div>
  );
}

/** A day from left to right: how much fires, what fires together, and a line for each schedule. */
export function DayPicture({ sheet }: { sheet: Sheet }) {
  const [isWhole, setIsWhole] = useState(false);
  const minutes = useMemo(() => new Map(sheet.minutes.map((minute) => [minute.at, minute])), [sheet]);
  const hours = useMemo(() => hoursOf(sheet.quarters), [sheet]);
  const { entries } = sheet;
  const shown = isWhole ? entries : entries.slice(0, shownFirst);
  return (
    <>
      <div className={classes.picture}>
        <Ground sheet={sheet} hours={hours} />
        <Loads sheet={sheet} />
        <Axis sheet={sheet} hours={hours} every={namedHours.wide} />
        <Marks sheet={sheet} />
        <div className={classes.lanes}>
          <ul aria-label="Schedules and their times">
            {shown.map((entry) => (
              <Lane key={entry.id} entry={entry} sheet={sheet} minutes={minutes} />
            ))}
          </ul>
          <Past sheet={sheet} />
        </div>
        <Now sheet={sheet} />
      </div>
      {shown.length < entries.length && (
        <Button variant="subtle" size="compact-sm" mx="0.7rem" mb="xs" onClick={() => setIsWhole(true)}>
          Show {formatCount(entries.length - shown.length)} more schedules
        </Button>
      )}
      <Legend sheet={sheet} />
    </>
  );
}

function Loads({ sheet }: { sheet: Sheet }) {
  return (
    <div className={classes.loads}>
      <LoadBars sheet={sheet} />
      <Past sheet={sheet} />
    </div>
  );
}

type HourProps = { sheet: Sheet; hours: readonly Hour[] };

/** A line at every hour. */
function Ground({ sheet, hours }: HourProps) {
  const lines = hours.map(({ at }) => `M${shareOf(sheet, at)} 0V1`).join('');
  return (
    <div className={classes.over} aria-hidden>
      <svg className={classes.ground} viewBox="0 0 100 1" preserveAspectRatio="none" aria-hidden="true">
        <path d={lines} />
      </svg>
    </div>
  );
}

/** The hours' names. One that stands too close to the one before, as where the clock is put back, is left out. */
function Axis({ sheet, hours, every }: HourProps & { every: number }) {
  let last = Number.NEGATIVE_INFINITY;
  const named = hours.filter(({ at, hour, minute }) => {
    const isNamed = hour % every === 0 && minute === 0 && at - last >= namesApartMs;
    if (isNamed) last = at;
    return isNamed;
  });
  return (
    <div className={classes.row} data-kind="axis" aria-hidden>
      <span className={classes.name} />
      <div className={classes.track}>
        {named.map((hour) => (
          <span key={hour.at} className={classes.hour} style={{ left: `${shareOf(sheet, hour.at)}%` }}>
            {timeIn(hour, hour.at)}
          </span>
        ))}
      </div>
    </div>
  );
}

/** A line where now is. */
function Now({ sheet }: { sheet: Sheet }) {
  const now = useMinute();
  if (now < sheet.from || now >= sheet.to) return null;
  return (
    <div className={classes.over} data-front aria-hidden>
      <span className={classes.now} style={{ left: `${shareOf(sheet, now)}%` }} />
    </div>
  );
}

/** A veil over what has gone by. */
function Past({ sheet }: { sheet: Sheet }) {
  const now = useMinute();
  const share = Math.min(100, shareOf(sheet, now));
  if (share <= 0) return null;
  return (
    <div className={classes.over} data-front aria-hidden>
      <span className={classes.past} style={{ width: `calc(${share}% + 0.5rem)` }} />
    </div>
  );
}

function Legend({ sheet: { entries, minutes } }: { sheet: Sheet }) {
  const kinds = [
    ['alone', 'fires', true],
    ['together', 'at the same minute as others', minutes.some(({ isCollision }) => isCollision)],
    ['paused', 'paused: makes no task', entries.some(({ isPaused }) => isPaused)],
  ] as const;
  return (
    <div className={classes.legend} aria-hidden>
      {kinds.map(([kind, label, isIn]) =>
        isIn ? (
          <span key={kind}>
            <svg className={classes.swatch} viewBox="0 0 14 14" aria-hidden="true">
              <path d="M7 7h0" className={classes.fire} data-kind={kind} />
              <path d="M7 7h0" className={classes.heart} data-kind={kind} />
            </svg>
            {label}
          </span>
        ) : null,
      )}
    </div>
  );
}
