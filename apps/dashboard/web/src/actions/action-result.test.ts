import { expect, test } from 'vitest';
import { readActionResult } from './action-result.ts';

test('the result of an action on many is read, with the reasons of what was refused', () => {
  const result = { matched: 3, changed: 2, refused: 1, refusals: [{ id: 'tsk_1', message: 'it runs' }] };
  expect(readActionResult(result)).toEqual(result);
  expect(readActionResult({ ...result, refusals: ['it runs', null, { id: 1 }] })?.refusals).toEqual([]);
});

test.each([null, 'done', { matched: 3 }, { matched: 3, changed: '2', refused: 0 }])('%j is no such result', (value) => {
  expect(readActionResult(value)).toBeUndefined();
});
