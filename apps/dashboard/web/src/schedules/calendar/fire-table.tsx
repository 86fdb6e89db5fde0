import { Button, Table } from '@mantine/core';
import { useMemo, useState } from 'react';
import { counted } from '../../count.ts';
import { useMinute } from '../../moment.tsx';
import { longDay } from '../../statistics/calendar-day.ts';
import classes from './fire-table.module.css';
import { firing, type Minute } from './fires.ts';
import { Names } from './names.tsx';
import { type Sheet, timeOf } from './sheet.ts';
import { type Hour, hoursOf, minuteMs, quarterAt, twoDigits } from './zoned-day.ts';

/** Minutes drawn at first, and the rest of their hour or day: a week may have ten thousand. */
const shownFirst = 300;

type Group = { name: string; minutes: Minute[] };

/** The same as the picture, as a table: each minute in which something fires, by hours of a day or by days of a week. */
export function FireTable({ sheet }: { sheet: Sheet }) {
  const [isWhole, setIsWhole] = useState(false);
  const now = useMinute();
  const groups = useMemo(() => (sheet.view === 'day' ? byHour(sheet) : byDay(sheet)), [sheet]);
  const shown = isWhole ? groups : firstOf(groups);
  const next = now < sheet.from ? undefined : sheet.minutes.find(({ at }) => at >= now);
  return (
    <>
      <Table className={classes.table} verticalSpacing={6} horizontalSpacing="sm" aria-label="Fires by time">
        <Table.Thead>
          <Table.Tr>
            <Table.Th scope="col">Time</Table.Th>
            <Table.Th scope="col">What fires</Table.Th>
          </Table.Tr>
        </Table.Thead>
        {shown.map(({ name, minutes }) => (
          <Table.Tbody key={minutes[0]?.at}>
            <Table.Tr className={classes.group}>
              <Table.Th scope="rowgroup" colSpan={2}>
                {name} <span className={classes.count}>{counted(sumOf(minutes), 'fire')}</span>
              </Table.Th>
            </Table.Tr>
            {minutes.map((minute) => (
              <Row key={minute.at} sheet={sheet} minute={minute} isPast={minute.at < now} isNext={minute === next} />
            ))}
          </Table.Tbody>
        ))}
      </Table>
      {shown.length < groups.length && (
        <Button variant="subtle" size="compact-sm" m="sm" onClick={() => setIsWhole(true)}>
          Show {sheet.view === 'day' ? 'the other hours' : 'the other days'}
        </Button>
      )}
    </>
  );
}

type RowProps = {
  sheet: Sheet;
  minute: Minute;
  isPast: boolean;
  /** The first one that is still to come. */
  isNext: boolean;
};

function Row({ sheet, minute, isPast, isNext }: RowProps) {
  return (
    <Table.Tr data-past={isPast} data-next={isNext}>
      <Table.Th scope="row" className={classes.time}>
        <time dateTime={new Date(minute.at).toISOString()}>{timeOf({ ...sheet, view: 'day' }, minute.at)}</time>
      </Table.Th>
      <Table.Td>
        {minute.isCollision && <span className={classes.atOnce}>{firing(minute).length} at once</span>}
        <Names items={minute.entries} />
      </Table.Td>
    </Table.Tr>
  );
}

function sumOf(minutes: readonly Minute[]): number {
  return minutes.reduce((sum, { fires }) => sum + fires, 0);
}

function firstOf(groups: readonly Group[]): Group[] {
  let minutes = 0;
  return groups.filter((group) => {
    const isIn = minutes < shownFirst;
    minutes += group.minutes.length;
    return isIn;
  });
}

function byHour({ quarters, minutes }: Sheet): Group[] {
  return grouped(minutes, hoursOf(quarters), (hour, { at }) => at >= hour.at && at < hour.toAt, hourName);
}

function byDay({ dates, quarters, minutes }: Sheet): Group[] {
  return grouped(minutes, dates, (date, { at }) => quarterAt(quarters, at)?.date === date, longDay);
}

function grouped<T>(
  minutes: readonly Minute[],
  spans: readonly T[],
  isIn: (span: T, minute: Minute) => boolean,
  nameOf: (span: T) => string,
): Group[] {
  return spans
    .map((span) => ({ name: nameOf(span), minutes: minutes.filter((minute) => isIn(span, minute)) }))
    .filter((group) => group.minutes.length > 0);
}

/** `02:00 – 03:00` */
function hourName({ hour, minute, at, toAt, isAgain }: Hour): string {
  const from = 60 * hour + minute;
  const said = [from, from + (toAt - at) / minuteMs].map(
    (of) => `${twoDigits(Math.floor(of / 60))}:${twoDigits(of % 60)}`,
  );
  return `${said.join(' – ')}${isAgain ? ', again' : ''}`;
}
