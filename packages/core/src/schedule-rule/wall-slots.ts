import { firstInstant, lastInstant, type Slots, type WallTimes } from './slots.ts';
import type { Segment, Zone } from './zone.ts';

/**
 * Times on the wall become instants, one stretch of unchanged clocks after the other.
 *
 * Clocks are put forward at the start of a stretch: times are missing. They fire as long after the change as they were
 * meant to be (02:30 → 03:30), on the same instants as the times that are really shown then.
 * Clocks are put back: times are shown twice.
 *
 * `compatible`  as RFC 5545 and Temporal have it: missing times are moved so, times shown twice fire the first time.
 * `elapsed`     whatever the clock shows fires: missing times do not, times shown twice do so twice.
 */
export type ClockChange = 'compatible' | 'elapsed';

/** Further than any change of clocks ever moved them. */
const shiftMs = 48 * 3_600_000;

export function wallSlots(walls: WallTimes, zone: Zone, clockChange: ClockChange): Slots {
  return {
    next(after) {
      let at = Math.floor(Math.max(after, firstInstant) / 1_000) * 1_000 + 1_000;
      while (at <= lastInstant) {
        const segment = zone.segmentAt(at);
        const found = firstOf(walls, segment, at, clockChange);
        if (found !== undefined) return found;
        const wall = walls.from(at + segment.offsetMs);
        if (wall === undefined) return undefined;
        // Nothing until that time: stretches are skipped, unless this one is so near its end that times may come again.
        const isFarFromEnd = at + shiftMs <= segment.endAt;
        at = isFarFromEnd ? Math.max(segment.endAt, wall - segment.offsetMs - shiftMs) : segment.endAt;
      }
      return undefined;
    },
    previous(upTo) {
      let at = Math.floor(Math.min(upTo, lastInstant) / 1_000) * 1_000;
      while (at >= firstInstant) {
        const segment = zone.segmentAt(at);
        const found = lastOf(walls, segment, at, clockChange);
        if (found !== undefined) return found;
        const wall = walls.upTo(at + segment.offsetMs);
        if (wall === undefined) return undefined;
        const isFarFromStart = at - shiftMs >= segment.startAt;
        const before = segment.startAt - 1_000;
        at = isFarFromStart ? Math.min(before, wall - segment.offsetMs + shiftMs) : before;
      }
      return undefined;
    },
  };
}

/** The time that was meant, for a slot that comes from a missing time on the wall. */
export function missingWall(walls: WallTimes, segment: Segment, at: number): number | undefined {
  const wall = at + segment.offsetBeforeMs;
  return at < segment.startAt + forwardMs(segment) && walls.from(wall) === wall ? wall : undefined;
}

/** The first slot of a stretch at or after an instant of it. */
function firstOf(walls: WallTimes, segment: Segment, at: number, clockChange: ClockChange): number | undefined {
  const { endAt, offsetMs, offsetBeforeMs } = segment;
  const shown = instantOf(walls.from(Math.max(at, firstShownAt(segment, clockChange)) + offsetMs), offsetMs);
  const first = shown !== undefined && shown < endAt ? shown : undefined;
  const gapEndAt = Math.min(segment.startAt + forwardMs(segment), endAt);
  if (clockChange === 'elapsed' || at >= gapEndAt) return first;
  const moved = instantOf(walls.from(at + offsetBeforeMs), offsetBeforeMs);
  if (moved === undefined || moved >= gapEndAt) return first;
  return first === undefined ? moved : Math.min(first, moved);
}

/** The last slot of a stretch at or before an instant of it. */
function lastOf(walls: WallTimes, segment: Segment, at: number, clockChange: ClockChange): number | undefined {
  const { startAt, offsetMs, offsetBeforeMs } = segment;
  const shown = instantOf(walls.upTo(at + offsetMs), offsetMs);
  const last = shown !== undefined && shown >= firstShownAt(segment, clockChange) ? shown : undefined;
  const forward = forwardMs(segment);
  if (clockChange === 'elapsed' || forward === 0) return last;
  const moved = instantOf(walls.upTo(Math.min(at, startAt + forward - 1_000) + offsetBeforeMs), offsetBeforeMs);
  if (moved === undefined || moved < startAt) return last;
  return last === undefined ? moved : Math.max(last, moved);
}

/** How far the clocks were put forward at the start of a stretch. */
function forwardMs(segment: Segment): number {
  return Math.max(0, segment.offsetMs - segment.offsetBeforeMs);
}

/** The start of a stretch, without what its clocks show for the second time if that does not count. */
function firstShownAt({ startAt, offsetMs, offsetBeforeMs }: Segment, clockChange: ClockChange): number {
  return clockChange === 'compatible' ? startAt + Math.max(0, offsetBeforeMs - offsetMs) : startAt;
}

function instantOf(wall: number | undefined, offsetMs: number): number | undefined {
  return wall === undefined ? undefined : wall - offsetMs;
}
