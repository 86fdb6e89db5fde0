import type { Schedule } from '@drover/core';
import { DataList } from '@mantine/core';
import type { ReactNode } from 'react';
import { formatDuration } from '../../duration.ts';
import { Moment } from '../../moment.tsx';
import { Section } from '../../section.tsx';
import { LocalTime } from '../next-fires.tsx';
import { missedWords, overlapWords, ownerWords } from '../schedule-looks.ts';
import { zonedOf } from '../zoned-time.ts';
import classes from './schedule-page.module.css';

/** What is said of it, a line each; what it has not is left out. */
export function Definition({ schedule }: { schedule: Schedule }) {
  const { timeZone, startAt, endAt, finishAt, jitterSeconds = 0, pauseAfterFailures, updatedBy } = schedule;
  const inZone = (instant: string | undefined) =>
    instant && <LocalTime key={instant} local={zonedOf(instant, timeZone)} />;
  const facts: [name: string, value: ReactNode][] = [
    [schedule.timing === 'later' ? 'Fires' : 'Starts', inZone(startAt)],
    ['Not after', inZone(endAt)],
    ['Finishes', inZone(finishAt)],
    ['Cron', schedule.frequency?.cron && <span className="mono">{schedule.frequency.cron}</span>],
    ['Time zone', timeZone.replaceAll('_', ' ')],
    ['At most', schedule.maxFires && `${schedule.maxFires} fires`],
    ['Spread', jitterSeconds > 0 ? `up to ${formatDuration(jitterSeconds)} later` : undefined],
    ['Missed', missedWords[schedule.missed].means],
    ['Overlap', overlapWords[schedule.overlap].means],
    ['Failures', pauseAfterFailures && `It pauses itself after ${pauseAfterFailures} in a row.`],
    ['Owner', ownerWords(schedule.owner)],
    ['Company', schedule.company],
    ['Created', <Moment key="created" at={schedule.createdAt} isAbsolute />],
    [
      'Changed',
      schedule.version > 1 && (
        <span key="changed">
          <Moment at={schedule.updatedAt} isAbsolute />
          {updatedBy !== undefined && ` by ${updatedBy.name}`}
        </span>
      ),
    ],
  ];
  return (
    <Section title="Definition">
      <DataList labelWidth="5.5rem" gap={6} className={classes.facts}>
        {facts.map(([name, value]) =>
          value === undefined || value === '' || value === false ? null : (
            <DataList.Item key={name}>
              <DataList.ItemLabel c="dimmed">{name}</DataList.ItemLabel>
              <DataList.ItemValue className="numbers">{value}</DataList.ItemValue>
            </DataList.Item>
          ),
        )}
      </DataList>
    </Section>
  );
}
