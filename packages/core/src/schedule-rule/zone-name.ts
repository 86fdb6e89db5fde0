import { limits } from '../limits.ts';
import { canonicalZoneName } from './zone.ts';

/** Names of IANA that are offsets and no places: their clocks are never changed where people change theirs. */
const fixedZones = /^([+-].*|(etc\/)?(gmt|utc)[+-]?\d.*|est|mst|hst|systemv\/.*)$/i;

/**
 * An IANA zone, in the capitals that IANA gives it; or what is wrong with the name.
 */
export function checkZone(name: string): { zone: string } | { fault: string } {
  if (fixedZones.test(name)) {
    return {
      fault: `"${name}" is a fixed offset: expected the IANA name of the place whose clocks are meant, such as Europe/Paris, or UTC`,
    };
  }
  try {
    return { zone: canonicalZoneName(name) };
  } catch {
    const near = nearZones(name);
    const hint = near.length > 0 ? `did you mean ${near.join(' or ')}?` : 'expected one such as Europe/Paris, or UTC';
    return { fault: `"${name}" is no IANA time zone: ${hint}` };
  }
}

/** Zones whose place is spelt much like what was asked for, the nearest first. */
function nearZones(asked: string): string[] {
  const place = placeOf(asked);
  if (place.length < 3) return [];
  return Intl.supportedValuesOf('timeZone')
    .map((name) => ({ name, distance: distanceBetween(placeOf(name), place) }))
    .filter(({ distance }) => distance <= Math.min(2, place.length / 3))
    .sort((a, b) => a.distance - b.distance)
    .slice(0, limits.zoneHints)
    .map(({ name }) => name);
}

/** `america/New York` → `newyork`. */
function placeOf(name: string): string {
  return (name.split('/').at(-1) ?? '').toLowerCase().replace(/[^a-z]/g, '');
}

/** Letters to put in, take out or replace (Levenshtein). */
function distanceBetween(from: string, to: string): number {
  let row = Array.from({ length: to.length + 1 }, (_, index) => index);
  for (let i = 1; i <= from.length; i += 1) {
    const next = [i];
    for (let j = 1; j <= to.length; j += 1) {
      const replaced = (row[j - 1] as number) + (from[i - 1] === to[j - 1] ? 0 : 1);
      next.push(Math.min(replaced, (row[j] as number) + 1, (next[j - 1] as number) + 1));
    }
    row = next;
  }
  return row[to.length] as number;
}
