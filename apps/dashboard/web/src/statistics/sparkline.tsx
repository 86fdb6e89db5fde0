import type { GroupFigures } from '@drover/core';
import { VisuallyHidden } from '@mantine/core';
import { counted } from '../count.ts';
import { longDay } from './calendar-day.ts';
import classes from './statistics.module.css';

const height = 26;
const gap = 0.2;

/** A group's days in a line of small bars: failed ones on top, in red. Each row has a scale of its own. */
export function Sparkline({ days }: { days: GroupFigures['days'] }) {
  const most = days.reduce((high, { total }) => Math.max(high, total), 0);
  if (most === 0) return null;
  const fullest = days.find(({ total }) => total === most);
  const heightOf = (count: number) => (count === 0 ? 0 : Math.max(1.5, (height * count) / most));
  return (
    <>
      <svg
        className={classes.sparkline}
        viewBox={`0 0 ${days.length} ${height}`}
        preserveAspectRatio="none"
        aria-hidden="true"
      >
        {days.map(({ date, total, failed }, index) => {
          const whole = heightOf(total);
          const bad = Math.min(whole, heightOf(failed));
          const place = { x: index + gap / 2, width: 1 - gap };
          return (
            <g key={date}>
              <rect {...place} y={height - whole} height={whole} fill="var(--chart-done)" />
              <rect {...place} y={height - whole} height={bad} fill="var(--chart-error)" />
            </g>
          );
        })}
      </svg>
      <VisuallyHidden>{fullest && `most on ${longDay(fullest.date)}: ${counted(most, 'task')}`}</VisuallyHidden>
    </>
  );
}
