import type { Schedule } from '@drover/core';
import { formatDuration } from '../../duration.ts';
import { type Fact, FactList } from '../../fact-list.tsx';
import { Moment } from '../../moment.tsx';
import { Section } from '../../section.tsx';
import { LocalTime } from '../next-fires.tsx';
import { missedWords, overlapWords, ownerWords } from '../schedule-looks.ts';
import { zonedOf } from '../zoned-time.ts';

/** What is said of it, a line each; what it has not is left out. */
export function Definition({ schedule }: { schedule: Schedule }) {
  const { timeZone, startAt, endAt, finishAt, jitterSeconds = 0, pauseAfterFailures, updatedBy } = schedule;
  const inZone = (instant: string | undefined) =>
    instant && <LocalTime key={instant} local={zonedOf(instant, timeZone)} />;
  const facts: Fact[] = [
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
      <FactList facts={facts} labelWidth={5.5} />
    </Section>
  );
}
