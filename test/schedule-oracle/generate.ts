import { clockOf } from './clock.ts';
import { always, type Dish, menu, rare } from './menu.ts';
import { type Moment, momentOf, momentsOf } from './moment.ts';
import { type Asked, slotsAfter } from './oracle.ts';
import { type Header, iso, offsetsOf, type Vector, zones } from './vector.ts';

/**
 * Writes the vectors, with the offsets that the running Node.js knows:
 *
 *     npx turbo run build
 *     node test/dist/schedule-oracle/generate.js | node test/dist/schedule-oracle/systemd.js > test/schedule-oracle/vectors.ndjson
 */

/** Every moment gets so many dishes of the menu, on from where the one before ended: a zone sees all of them. */
const perMoment = 6;

function vectorOf(dish: Dish, moment: Moment): Vector {
  const { about, rule, anchorAt, after, n } = dish(moment);
  const asked: Asked = { rule, anchorAt: Date.parse(anchorAt) };
  return { about, rule, anchorAt, after, n, fires: slotsAfter(asked, Date.parse(after), n).map(iso) };
}

function vectorsOf(zone: string): Vector[] {
  return momentsOf(zone).flatMap((moment, index) => {
    const dishes = Array.from({ length: perMoment }, (_, n) => menu[(index * perMoment + n) % menu.length]);
    return [always[index % 2], ...dishes].filter((dish) => dish !== undefined).map((dish) => vectorOf(dish, moment));
  });
}

/** In zones that never change their clocks. */
function rarities(zone: string): Vector[] {
  const moments = momentsOf(zone);
  const moment = moments.at(-1);
  if (moment === undefined || moments.some(({ transition }) => transition.before !== transition.after)) return [];
  return rare.map((dish) => vectorOf(dish, moment));
}

/** The day that Samoa left out: 30 December 2011. Its times of day fall together with those of the 31st. */
function lostDay(): Vector[] {
  const zone = 'Pacific/Apia';
  const transition = clockOf(zone).transitions.find(({ before, after }) => after - before === 86_400_000);
  if (transition === undefined) throw new Error(`${zone}: no day is missing`);
  const moment = momentOf(zone, transition);
  return [...always, ...menu].map((dish) => vectorOf(dish, moment)).filter((vector) => vector.fires.length > 0);
}

const vectors = [...zones.flatMap(vectorsOf), ...zones.flatMap(rarities), ...lostDay()];
const header: Header = {
  tzdata: process.versions.tz ?? 'unknown',
  offsets: Object.fromEntries(zones.map((zone) => [zone, offsetsOf(zone)])),
};
for (const line of [header, ...vectors]) console.log(JSON.stringify(line));
