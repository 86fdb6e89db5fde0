import { Popover } from '@mantine/core';
import { useMemo, useState } from 'react';
import { counted, formatCount } from '../../count.ts';
import classes from './day-picture.module.css';
import { firing, type Mark, marksOf } from './fires.ts';
import { Names } from './names.tsx';
import { type Sheet, shareOf, timeOf } from './sheet.ts';
import { minuteMs } from './zoned-day.ts';

/** Two marks closer than this would cover one another. */
const apartMs = 45 * minuteMs;
/** Minutes that a mark tells; the others are below the picture. */
const toldFirst = 6;

/** Where several schedules fire in the same minute: how many at most, and on demand which. */
export function Marks({ sheet }: { sheet: Sheet }) {
  const marks = useMemo(() => marksOf(sheet.minutes, apartMs), [sheet]);
  if (marks.length === 0) return null;
  return (
    <div className={classes.row} data-kind="marks">
      <span className={classes.name}>
        <span className={classes.label}>At the same minute</span>
      </span>
      <div className={classes.track}>
        {marks.map((mark) => (
          <MarkButton key={mark.at} sheet={sheet} mark={mark} />
        ))}
      </div>
    </div>
  );
}

function MarkButton({ sheet, mark: { at, most, minutes } }: { sheet: Sheet; mark: Mark }) {
  const [isOpen, setIsOpen] = useState(false);
  const time = timeOf(sheet, at);
  const told = minutes.slice(0, toldFirst);
  return (
    <Popover opened={isOpen} onChange={setIsOpen} width={320} shadow="md" withArrow trapFocus returnFocus>
      <Popover.Target>
        <button
          type="button"
          className={classes.mark}
          style={{ left: `${shareOf(sheet, at)}%` }}
          aria-label={`${formatCount(most)} at once, ${time}`}
          onClick={() => setIsOpen(!isOpen)}
        >
          {formatCount(most)}
        </button>
      </Popover.Target>
      <Popover.Dropdown className={classes.told}>
        {told.map((minute) => (
          <div key={minute.at}>
            <b>{timeOf(sheet, minute.at)}</b> <Names items={firing(minute).map((entry) => ({ entry }))} first={6} />
          </div>
        ))}
        {told.length < minutes.length && <div>and in {counted(minutes.length - told.length, 'more minute')}</div>}
      </Popover.Dropdown>
    </Popover>
  );
}
