import type { FireTime } from '@drover/core';
import { Text } from '@mantine/core';
import { IconAlertTriangle } from '@tabler/icons-react';
import type { ReactNode } from 'react';
import { Moment, useNow } from '../moment.tsx';
import classes from './next-fires.module.css';
import { wordsOf } from './zoned-time.ts';

/** Times of a schedule in its own zone, with what is unusual about them. What has gone by since they were told goes. */
export function NextFires({ fires }: { fires: readonly FireTime[] }) {
  const now = useNow();
  const left = fires.filter(({ at }) => Date.parse(at) > now);
  if (fires.length === 0) {
    return (
      <Text size="sm" c="dimmed">
        It has no further times.
      </Text>
    );
  }
  return (
    <ol className={classes.fires} aria-label="Next fires">
      {(left.length > 0 ? left : fires).map((fire) => (
        <FireLine key={fire.at} fire={fire}>
          <Moment at={fire.at} />
        </FireLine>
      ))}
    </ol>
  );
}

/** `children`: what stands at the end of the line. */
export function FireLine({ fire, children }: { fire: FireTime; children: ReactNode }) {
  return (
    <li className={classes.fire} data-unusual={fire.note !== undefined}>
      <LocalTime local={fire.local} />
      <span className={classes.aside}>{children}</span>
      {fire.note !== undefined && (
        <span className={classes.note}>
          <IconAlertTriangle size={14} aria-hidden />
          {fire.note}
        </span>
      )}
    </li>
  );
}

/** `Sun 28 Mar 2027  03:30  +02:00` */
export function LocalTime({ local }: { local: string }) {
  const { day, time, offset } = wordsOf(local);
  return (
    <time dateTime={local} className={classes.time}>
      <span className={classes.day}>{day}</span> <b>{time}</b> <span className={classes.offset}>{offset}</span>
    </time>
  );
}
