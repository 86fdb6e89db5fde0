import { Temporal } from 'temporal-polyfill';
import { monthDayOf } from './calendar-days.ts';
import { dayText, timeText } from './clock-words.ts';
import { dateOf, monthLength, splitWall } from './day.ts';
import type { FireTime, Rule } from './rule.ts';
import { anchorDayOf, wallTimesOf } from './rule-slots.ts';
import { missingWall } from './wall-slots.ts';
import { type Segment, zoneOf } from './zone.ts';

/** A slot of a rule as people are shown it, with what is unusual about it. */
export function describeFire(rule: Rule, at: number): FireTime {
  const segment = zoneOf(rule.timeZone).segmentAt(at);
  const notes = [forwardNote(rule, segment, at), backNote(segment, at), monthNote(rule, segment, at)];
  const note = notes.filter((each) => each !== undefined).join(' ');
  const local = Temporal.Instant.fromEpochMilliseconds(at).toZonedDateTimeISO(rule.timeZone);
  return {
    at: new Date(at).toISOString(),
    local: local.toString({ timeZoneName: 'never' }),
    ...(note === '' ? {} : { note }),
  };
}

/** The slot stands for a time that the clocks do not show. */
function forwardNote(rule: Rule, segment: Segment, at: number): string | undefined {
  const meant = meantWall(rule, segment, at);
  if (meant === undefined) return undefined;
  const shown = at + segment.offsetMs;
  const isOtherDay = splitWall(meant).day !== splitWall(shown).day;
  const what = isOtherDay ? `${timeText(meant)} on ${dayText(meant)}` : timeText(meant);
  const then = isOtherDay ? `${timeText(shown)} on ${dayText(shown)}` : timeText(shown);
  return `The clocks are put forward: ${what} does not exist, so that it fires at ${then}.`;
}

/** The clocks show the time of the slot twice. */
function backNote(segment: Segment, at: number): string | undefined {
  const time = timeText(at + segment.offsetMs);
  if (at < segment.startAt + (segment.offsetBeforeMs - segment.offsetMs)) {
    return `The clocks are put back: ${time} comes twice, and this is the second time.`;
  }
  const isRepeated = at >= segment.endAt - (segment.offsetMs - segment.offsetAfterMs);
  return isRepeated ? `The clocks are put back: ${time} comes twice, and this is the first time.` : undefined;
}

/** The month is shorter than the day asked for. */
function monthNote(rule: Rule, segment: Segment, at: number): string | undefined {
  if (rule.frequency?.every !== 'monthly') return undefined;
  const { day } = splitWall(meantWall(rule, segment, at) ?? at + segment.offsetMs);
  const { year, month } = dateOf(day);
  const length = monthLength(year, month);
  const asked = monthDayOf(rule.frequency, anchorDayOf(rule));
  if (asked === 'last' || asked <= length) return undefined;
  return `The month has ${length} days: it fires on the last of them instead of day ${asked}.`;
}

function meantWall(rule: Rule, segment: Segment, at: number): number | undefined {
  const named = wallTimesOf(rule);
  return named?.clockChange === 'compatible' ? missingWall(named.walls, segment, at) : undefined;
}
