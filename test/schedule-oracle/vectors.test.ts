import { readFileSync } from 'node:fs';
import { checkRule, firesBetween, missedFires, nextFires, type Rule } from '@drover/core';
import { expect, test } from 'vitest';
import { slotsAfter } from './oracle.ts';
import { shownIn } from './shown.ts';
import { type Header, iso, offsetsOf, type Vector, zones } from './vector.ts';

const [top = '', ...lines] = readFileSync(new URL('vectors.ndjson', import.meta.url), 'utf8')
  .trimEnd()
  .split('\n');
const header = JSON.parse(top) as Header;
const vectors = lines.map((line) => JSON.parse(line) as Vector);

/** Zones whose clocks this Node.js knows otherwise than the one that wrote the vectors: the oracle is asked again. */
const revised = new Set(
  zones.filter((zone) => JSON.stringify(offsetsOf(zone)) !== JSON.stringify(header.offsets[zone])),
);
if (revised.size > 0) {
  const versions = `${process.versions.tz}, not ${header.tzdata}`;
  console.log(`tzdata is ${versions}: fires are computed again for ${[...revised].join(', ')}`);
}

function byOracle({ rule, anchorAt, after, n }: Vector): string[] {
  return slotsAfter({ rule, anchorAt: Date.parse(anchorAt) }, Date.parse(after), n).map(iso);
}

const cases = vectors.map((vector) => {
  const isRevised = revised.has(vector.rule.timeZone ?? 'UTC');
  return { vector, expected: isRevised ? byOracle(vector) : vector.fires };
});

/** Tells how many differ, and all of the first one. */
function expectFires(find: (rule: Rule, after: number, vector: Vector, last: number) => number[]): void {
  const differences = cases.flatMap(({ vector, expected }) => {
    const { rule, anchorAt, after } = vector;
    const found = find(
      checkRule(rule, Date.parse(anchorAt)),
      Date.parse(after),
      vector,
      Date.parse(expected.at(-1) ?? ''),
    );
    const got = found.map(iso);
    return got.join() === expected.join() ? [] : [{ vector, expected, got }];
  });
  const [first] = differences;
  if (first === undefined) return;
  const { vector, expected, got } = first;
  const lines = [
    `${differences.length} of ${vectors.length} vectors differ. The first:`,
    JSON.stringify({ ...vector, fires: undefined }, undefined, 2),
    `expected ${shownIn(vector.rule.timeZone, expected)}`,
    `got      ${shownIn(vector.rule.timeZone, got)}`,
  ];
  expect.fail(lines.join('\n'));
}

test('a rule fires at every change of the clock as it is written', () => {
  expectFires((rule, after, { n }) => nextFires(rule, after, n));
});

test('looking back over such a change finds the same', () => {
  expectFires((rule, after, { n }, last) => missedFires(rule, after, last, n).at);
});

test('looking at the range around it finds the same', () => {
  expectFires((rule, after, { n }, last) => firesBetween(rule, after + 1, last + 1, n));
});

test('a range holds its beginning, and not its end', () => {
  expectFires((rule, after, { n }, last) => {
    const [first = last] = nextFires(rule, after, 1);
    return [...firesBetween(rule, first, last, n), last];
  });
});

test('the vectors cover every zone, and every change of its clock from 2024 to 2030', () => {
  for (const zone of zones) {
    const changes = (header.offsets[zone] ?? []).filter(([at]) => at >= '2024' && at < '2031');
    const ofZone = vectors.filter(({ rule }) => rule.timeZone === zone);
    for (const [at] of changes) {
      const around = ofZone.filter(({ after, fires }) => after < at && (fires.at(-1) ?? '') >= at);
      expect(around.length, `${zone} ${at}`).toBeGreaterThanOrEqual(4);
    }
    expect(ofZone.length, zone).toBeGreaterThanOrEqual(40);
  }
  expect(vectors.length).toBeGreaterThanOrEqual(500);
  expect(vectors.filter(({ systemd }) => systemd).length).toBeGreaterThanOrEqual(500);
});

test('the vectors are what the oracle says', () => {
  const some = process.env.SOAK === '1' ? vectors : vectors.filter((_, index) => index % 40 === 0);
  for (const vector of some.filter(({ rule }) => !revised.has(rule.timeZone ?? 'UTC'))) {
    expect(vector.fires, vector.about).toEqual(byOracle(vector));
  }
});
