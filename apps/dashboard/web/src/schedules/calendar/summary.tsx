import { Text } from '@mantine/core';
import { counted, formatCount } from '../../count.ts';
import { useMinute } from '../../moment.tsx';
import { firing, fullest, loadsOf } from './fires.ts';
import { type Sheet, timeOf } from './sheet.ts';
import { quarterMs } from './zoned-day.ts';

/** What the picture shows, in words. */
export function Summary({ sheet }: { sheet: Sheet }) {
  const { view, entries, minutes, quarters, from, to } = sheet;
  const now = useMinute();
  const on = entries.filter(({ isPaused }) => !isPaused).length;
  const fires = minutes.reduce((sum, minute) => sum + minute.fires, 0);
  const toCome = minutes.reduce((sum, minute) => (minute.at >= now ? sum + minute.fires : sum), 0);
  const busiest = fullest(
    loadsOf(
      quarters.map(({ at }) => at),
      quarterMs,
      minutes,
    ),
  );
  return (
    <>
      <Text span size="sm" className="numbers">
        <b>{counted(fires, 'fire')}</b> of {counted(on, 'schedule')}
        {now >= from && now < to && `, ${formatCount(toCome)} still to come ${view === 'day' ? 'today' : 'this week'}`}
      </Text>
      <AtOnce sheet={sheet} />
      {busiest !== undefined && (
        <Text span size="sm" c="dimmed" className="numbers">
          Busiest quarter of an hour: from {timeOf(sheet, busiest.at)}, {counted(busiest.fires, 'fire')}
        </Text>
      )}
      {on < entries.length && (
        <Text span size="sm" c="dimmed" className="numbers">
          {formatCount(entries.length - on)} paused
        </Text>
      )}
    </>
  );
}

function AtOnce({ sheet }: { sheet: Sheet }) {
  const collisions = sheet.minutes.filter(({ isCollision }) => isCollision);
  const [first] = collisions;
  if (first === undefined) {
    return (
      <Text span size="sm" c="dimmed">
        Never two in the same minute
      </Text>
    );
  }
  const most = collisions.reduce(
    (high, minute) => (firing(minute).length > firing(high).length ? minute : high),
    first,
  );
  return (
    <Text span size="sm" className="numbers" c="var(--tone-amber-fg)">
      Several at once in <b>{counted(collisions.length, 'minute')}</b>, at most <b>{firing(most).length}</b> (
      {timeOf(sheet, most.at)})
    </Text>
  );
}
