import { VisuallyHidden } from '@mantine/core';
import { Link } from '@tanstack/react-router';
import { memo, type PointerEvent, useState } from 'react';
import { counted } from '../../count.ts';
import { PageLink } from '../../page-link.tsx';
import { scheduleLooks } from '../schedule-looks.ts';
import classes from './day-picture.module.css';
import { type Entry, firing, type Minute, minuteOf } from './fires.ts';
import { type Sheet, shareOf, timeOf } from './sheet.ts';

/** A pointer this close to a fire, in pixels, is at it. */
const closePx = 10;
/** Others that are named beside a fire. */
const namedFirst = 3;

type Props = {
  entry: Entry;
  sheet: Sheet;
  /** What fires when. */
  minutes: ReadonlyMap<number, Minute>;
};

/** A schedule and its fires in a line. A click on it leads to the schedule. */
export const Lane = memo(({ entry, sheet, minutes }: Props) => {
  const [pointed, setPointed] = useState<number>();
  const { id, name, state, isPaused, fires } = entry;
  const point = ({ currentTarget, clientX }: PointerEvent) => {
    const { left, width } = currentTarget.getBoundingClientRect();
    setPointed(nearest(fires, (at) => Math.abs((width * shareOf(sheet, at)) / 100 - (clientX - left))));
  };
  const { icon: Icon } = scheduleLooks[state];
  return (
    <li className={classes.row} data-kind="lane">
      <span className={classes.name}>
        {state !== 'active' && <Icon size={14} aria-hidden className={classes.state} />}
        <PageLink to="/schedules/$id" params={{ id }} size="sm" title={name} {...(isPaused ? { c: 'dimmed' } : {})}>
          {name}
        </PageLink>
        <VisuallyHidden>
          {state !== 'active' && `${scheduleLooks[state].label}. `}
          {counted(fires.length, 'fire')}: {spoken(sheet, fires)}
        </VisuallyHidden>
      </span>
      <Link
        to="/schedules/$id"
        params={{ id }}
        className={classes.track}
        tabIndex={-1}
        aria-hidden
        onPointerMove={point}
        onPointerLeave={() => setPointed(undefined)}
      >
        <Fires entry={entry} sheet={sheet} minutes={minutes} />
        {pointed !== undefined && <Pointed at={pointed} entry={entry} sheet={sheet} minutes={minutes} />}
      </Link>
    </li>
  );
});

/** Dots: strokes without length and with round ends, which stay round however wide the picture is drawn. */
function Fires({ entry, sheet, minutes }: Props) {
  const dots = (fires: number[]) => fires.map((at) => `M${shareOf(sheet, at).toFixed(3)} 1h0`).join('');
  const isTogether = (at: number) => !entry.isPaused && minutes.get(minuteOf(at))?.isCollision === true;
  const drawn = [
    { kind: entry.isPaused ? 'paused' : 'alone', path: dots(entry.fires.filter((at) => !isTogether(at))) },
    { kind: 'together', path: dots(entry.fires.filter(isTogether)) },
  ];
  return (
    <svg className={classes.fires} viewBox="0 0 100 2" preserveAspectRatio="none" aria-hidden="true">
      {drawn.map(({ kind, path }) => (
        <g key={kind}>
          <path d={path} className={classes.fire} data-kind={kind} />
          <path d={path} className={classes.heart} data-kind={kind} />
        </g>
      ))}
    </svg>
  );
}

/** What the pointer is at. */
function Pointed({ at, entry, sheet, minutes }: Props & { at: number }) {
  const minute = minutes.get(minuteOf(at));
  const others = entry.isPaused || minute === undefined ? [] : firing(minute).filter((other) => other !== entry);
  const named = others.slice(0, namedFirst).map(({ name }) => name);
  const share = shareOf(sheet, at);
  return (
    <span className={classes.pointed} data-side={share > 50 ? 'left' : 'right'} style={{ left: `${share}%` }}>
      <b>{timeOf(sheet, at)}</b>
      {others.length > 0 && ` with ${named.join(', ')}`}
      {others.length > named.length && ` and ${others.length - named.length} more`}
    </span>
  );
}

function nearest(fires: readonly number[], distanceOf: (at: number) => number): number | undefined {
  const found = fires.reduce<number | undefined>(
    (best, at) => (best === undefined || distanceOf(at) < distanceOf(best) ? at : best),
    undefined,
  );
  return found !== undefined && distanceOf(found) <= closePx ? found : undefined;
}

/** Few times are read out; many are in the list. */
function spoken(sheet: Sheet, fires: readonly number[]): string {
  const said = fires.slice(0, 5).map((at) => timeOf(sheet, at));
  return `${said.join(', ')}${fires.length > said.length ? ' and later' : ''}`;
}
