import { Temporal } from 'temporal-polyfill';
import { limits } from '../limits.ts';
import { Remembered } from './remembered.ts';

/** A stretch of time in which a zone's clocks are not changed: from `startAt` (Unix ms), before `endAt`. */
export type Segment = {
  startAt: number;
  endAt: number;
  /** What the clocks are ahead of UTC. */
  offsetMs: number;
  /** The same just before `startAt`. */
  offsetBeforeMs: number;
  /** The same from `endAt` on. */
  offsetAfterMs: number;
};

export type Zone = {
  name: string;
  /** The stretch that holds an instant. */
  segmentAt(at: number): Segment;
};

const zones = new Remembered<Zone>(limits.zones);

/**
 * A zone by its IANA name. It asks Temporal once for each stretch, and is fast from then on.
 * @throws RangeError if there is no such zone
 */
export function zoneOf(name: string): Zone {
  return zones.get(name, () => readZone(name));
}

/**
 * The name of a zone in the capitals that IANA gives it.
 * @throws RangeError if there is no such zone
 */
export function canonicalZoneName(name: string): string {
  return new Temporal.ZonedDateTime(0n, name).timeZoneId;
}

/** What the clocks of the zone show. */
export function wallOf(zone: Zone, at: number): number {
  return at + zone.segmentAt(at).offsetMs;
}

function readZone(name: string): Zone {
  /** Ascending, without overlaps; not all that there are. */
  let segments: Segment[] = [readSegment(name, 0)];
  let latest = segments[0] as Segment;
  return {
    name,
    segmentAt(at) {
      if (at >= latest.startAt && at < latest.endAt) return latest;
      const known = segments[lastIndexBefore(segments, at)];
      if (known !== undefined && at < known.endAt) {
        latest = known;
        return known;
      }
      latest = readSegment(name, at);
      const kept = segments.length < limits.zoneSegments ? segments : [];
      // A stretch whose end was only assumed is read again further on, and then replaces what was known of it.
      segments = kept.filter((segment) => segment.startAt !== latest.startAt);
      segments.splice(lastIndexBefore(segments, latest.startAt) + 1, 0, latest);
      return latest;
    },
  };
}

/** The last segment that starts at or before an instant, or -1. */
function lastIndexBefore(segments: Segment[], at: number): number {
  let low = 0;
  let high = segments.length;
  while (low < high) {
    const middle = (low + high) >>> 1;
    if ((segments[middle] as Segment).startAt <= at) low = middle + 1;
    else high = middle;
  }
  return low - 1;
}

/** Temporal need not find a change that is further away, so that a stretch without one is taken to end here. */
const lookAheadMs = 2 * 365 * 86_400_000;

function readSegment(name: string, at: number): Segment {
  const here = Temporal.Instant.fromEpochMilliseconds(at).toZonedDateTimeISO(name);
  const offsetMs = here.offsetNanoseconds / 1e6;
  const next = here.getTimeZoneTransition('next');
  // `previous` means strictly before, so that a change at this very instant is found from just after it.
  const previous = here.add({ milliseconds: 1 }).getTimeZoneTransition('previous');
  return {
    startAt: previous?.epochMilliseconds ?? Number.NEGATIVE_INFINITY,
    endAt: next?.epochMilliseconds ?? at + lookAheadMs,
    offsetMs,
    offsetAfterMs: next ? next.offsetNanoseconds / 1e6 : offsetMs,
    offsetBeforeMs: previous ? previous.subtract({ milliseconds: 1 }).offsetNanoseconds / 1e6 : offsetMs,
  };
}
