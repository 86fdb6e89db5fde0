import { expect, test } from 'vitest';
import { type Draft, draftOf, patchOf, shownFaults } from './limits-draft.ts';

const empty = draftOf({});
const set = draftOf({
  limits: { concurrency: 4, rate: { tasks: 10, seconds: 60, burst: 3 }, keyConcurrency: 2 },
  retention: { doneDays: 7 },
});
const change = (former: Draft, changed: Partial<Draft>) => patchOf(former, { ...former, ...changed });

test('what is not touched is not sent', () => {
  expect(patchOf(set, set)).toEqual({ patch: {}, faults: {} });
  expect(change(set, { concurrency: 8 })).toEqual({ patch: { concurrency: 8 }, faults: {} });
});

test('a field that is cleared removes its limit', () => {
  expect(change(set, { concurrency: '', keyConcurrency: '' }).patch).toEqual({
    concurrency: null,
    keyConcurrency: null,
  });
  expect(change(set, { tasks: '', seconds: '', burst: '' }).patch).toEqual({ rate: null });
  expect(change(set, { doneDays: '' }).patch).toEqual({ retention: null });
});

test('a rate is sent whole, with one second and one at once where nothing is said', () => {
  expect(change(empty, { tasks: 5 }).patch).toEqual({ rate: { tasks: 5, seconds: 1, burst: 1 } });
  expect(change(set, { burst: 5 }).patch).toEqual({ rate: { tasks: 10, seconds: 60, burst: 5 } });
  expect(change(empty, { tasks: 5, seconds: 0.5 }).patch).toEqual({ rate: { tasks: 5, seconds: 0.5, burst: 1 } });
});

test('times of keeping are sent together', () => {
  expect(change(set, { otherDays: 0 }).patch).toEqual({ retention: { doneDays: 7, otherDays: 0 } });
});

test('what cannot be meant is told at its field before it is sent', () => {
  const { faults } = change(empty, { concurrency: 0, seconds: 10, keyConcurrency: 1.5, doneDays: 4_000 });
  expect(faults).toEqual({
    concurrency: 'A whole number from 1 to 100,000',
    tasks: 'How many tasks? To have no rate, clear the other two as well',
    keyConcurrency: 'A whole number from 1 to 100,000',
    doneDays: 'A number from 0 to 3,650',
  });
});

test("the API's faults stand at their fields, and one of a group at its first", () => {
  const faults = shownFaults([
    { pointer: '/rate/burst', message: 'too big' },
    { pointer: '/retention', message: 'unfit' },
    { pointer: '', message: 'of the body' },
    { pointer: '/rate/other', message: 'unknown' },
  ]);
  expect(faults).toEqual({ burst: 'too big', doneDays: 'unfit' });
});
