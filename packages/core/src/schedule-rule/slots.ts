/**
 * The nominal times of a rule, in both directions, without its start and finish. Unix ms, whole seconds.
 */
export type Slots = {
  /** The first after an instant. */
  next(after: number): number | undefined;
  /** The last at or before an instant. */
  previous(at: number): number | undefined;
};

/** Times on the wall that a rule names, as `day.ts` counts them. */
export type WallTimes = {
  /** The first at or after a time on the wall. */
  from(wall: number): number | undefined;
  /** The last at or before a time on the wall. */
  upTo(wall: number): number | undefined;
};

/** Instants have years of four digits: what ISO 8601 writes without a sign. */
export const firstInstant = Date.parse('0000-01-01T00:00:00Z');
export const lastInstant = Date.parse('9999-12-31T23:59:59Z');

/** One slot only. */
export function singleSlot(slotAt: number): Slots {
  return {
    next: (after) => (slotAt > after ? slotAt : undefined),
    previous: (at) => (slotAt <= at ? slotAt : undefined),
  };
}

/** Slots by elapsed time: whatever the clocks on the wall do. */
export function elapsedSlots(anchorAt: number, intervalMs: number): Slots {
  const previous = (at: number) => anchorAt + Math.floor((at - anchorAt) / intervalMs) * intervalMs;
  return { previous, next: (after) => previous(after) + intervalMs };
}
