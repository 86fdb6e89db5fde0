import { Temporal } from 'temporal-polyfill';
import { expect, test } from 'vitest';
import { type Zone, zoneOf } from './zone.ts';

const hourMs = 3_600_000;

function offsetByTemporal(zone: Zone, at: number): number {
  return Temporal.Instant.fromEpochMilliseconds(at).toZonedDateTimeISO(zone.name).offsetNanoseconds / 1e6;
}

test.each(['Europe/Berlin', 'Africa/Casablanca', 'Australia/Lord_Howe', 'Antarctica/Troll', 'Pacific/Apia', 'UTC'])(
  'the clocks of %s are as far ahead as Temporal says, in whatever order it is asked',
  (name) => {
    const zone = zoneOf(name);
    const from = Date.UTC(2024, 0, 1);
    const instants = Array.from({ length: 600 }, (_, index) => from + ((index * 7_919) % 600) * 92 * hourMs);
    for (const at of instants) {
      const segment = zone.segmentAt(at);
      expect(segment.startAt <= at && at < segment.endAt).toBe(true);
      expect(segment.offsetMs).toBe(offsetByTemporal(zone, at));
    }
  },
);

test('a stretch ends where the clocks change, to the millisecond', () => {
  const zone = zoneOf('Europe/Berlin');
  const changeAt = Date.parse('2027-03-28T01:00:00Z');
  const winter = zone.segmentAt(changeAt - 1);
  const summer = zone.segmentAt(changeAt);
  expect(winter).toMatchObject({ endAt: changeAt, offsetMs: hourMs, offsetBeforeMs: 2 * hourMs });
  expect(summer).toMatchObject({ startAt: changeAt, offsetMs: 2 * hourMs, offsetBeforeMs: hourMs });
  expect(summer.endAt).toBe(Date.parse('2027-10-31T01:00:00Z'));
});

test('a zone whose clocks are never changed has stretches nonetheless, at any time', () => {
  const zone = zoneOf('Asia/Kolkata');
  for (const year of ['0000', '1950', '2026', '2050', '9999']) {
    const at = Date.parse(`${year}-06-01T00:00:00Z`);
    const { startAt, endAt, offsetMs, offsetBeforeMs } = zone.segmentAt(at);
    expect(startAt <= at && at < endAt).toBe(true);
    expect(offsetMs).toBe(offsetByTemporal(zone, at));
    if (startAt > Date.UTC(2000, 0, 1)) expect(offsetBeforeMs).toBe(offsetMs);
  }
});

test('a zone that is not there is an error', () => {
  expect(() => zoneOf('Europe/Nowhere')).toThrow(RangeError);
});
