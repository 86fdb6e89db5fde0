import { useMemo } from 'react';
import { useMinute } from '../../moment.tsx';
import type { Sheet } from './sheet.ts';
import { type WeekDay, weekOf } from './week.ts';
import { WeekDays } from './week-days.tsx';
import classes from './week-picture.module.css';
import { WeekTable } from './week-table.tsx';
import { type Clock, clockOf } from './zoned-day.ts';

export type WeekProps = { days: WeekDay[]; zone: string; now: Clock };

/** A week at a glance: days beside one another, or below one another where there is no room. */
export function WeekPicture({ sheet, isNarrow }: { sheet: Sheet; isNarrow: boolean }) {
  const { dates, quarters, minutes, zone } = sheet;
  const days = useMemo(() => weekOf(dates, quarters, minutes), [dates, quarters, minutes]);
  const now = clockOf(useMinute(), zone);
  const Picture = isNarrow ? WeekDays : WeekTable;
  return (
    <>
      <Picture days={days} zone={zone} now={now} />
      <div className={classes.legend} aria-hidden>
        <span>
          few
          {[1, 2, 3, 4].map((level) => (
            <span key={level} className={classes.swatch} data-level={level} />
          ))}
          many fires in an hour
        </span>
        {days.some(({ cells }) => cells.some(({ length }) => length === 0)) && (
          <span>
            <span className={classes.swatch} data-missing />
            the clock passes over it
          </span>
        )}
      </div>
    </>
  );
}
