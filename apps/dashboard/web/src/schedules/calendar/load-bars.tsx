import { useMemo } from 'react';
import { counted, formatCount } from '../../count.ts';
import classes from './day-picture.module.css';
import { fullest, loadsOf } from './fires.ts';
import { type Sheet, timeOf } from './sheet.ts';
import { quarterMs } from './zoned-day.ts';

const gap = 0.12;
/** What is too little for the scale is still seen, percent. */
const lowest = 3;

/** How much fires in each quarter of an hour; what fires together is at the foot of a bar. */
export function LoadBars({ sheet }: { sheet: Sheet }) {
  const loads = useMemo(
    () =>
      loadsOf(
        sheet.quarters.map(({ at }) => at),
        quarterMs,
        sheet.minutes,
      ),
    [sheet],
  );
  // One fire is a low bar, also on a day with no more.
  const top = Math.max(4, fullest(loads)?.fires ?? 0);
  const heightOf = (fires: number) => (fires === 0 ? 0 : Math.max(lowest, (100 * fires) / top));
  return (
    <div className={classes.row} data-kind="load" aria-hidden>
      <span className={classes.name}>
        <span className={classes.label}>Fires in 15 minutes</span>
        <span className={classes.top}>{formatCount(top)}</span>
      </span>
      <svg className={classes.track} viewBox={`0 0 ${loads.length} 100`} preserveAspectRatio="none" aria-hidden="true">
        {loads.map(({ at, fires, together }, index) =>
          fires === 0 ? null : (
            <g key={at}>
              <title>
                From {timeOf(sheet, at)}: {counted(fires, 'fire')}
                {together > 0 && `, ${formatCount(together)} of them together`}
              </title>
              <rect x={index} y={0} width={1} height={100} fill="transparent" />
              <Bar index={index} height={heightOf(fires)} fill="var(--chart-done)" />
              <Bar index={index} height={heightOf(together)} fill="var(--chart-together)" />
            </g>
          ),
        )}
      </svg>
    </div>
  );
}

function Bar({ index, height, fill }: { index: number; height: number; fill: string }) {
  return <rect x={index + gap / 2} y={100 - height} width={1 - gap} height={height} fill={fill} />;
}
