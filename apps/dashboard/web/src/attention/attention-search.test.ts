import { expect, test } from 'vitest';
import { neighbourOf, readAttentionSearch } from './attention-search.ts';

test('after a task comes the one below it, after the last the one above', () => {
  expect(neighbourOf(['a', 'b', 'c'], 'a')).toBe('b');
  expect(neighbourOf(['a', 'b', 'c'], 'c')).toBe('b');
  expect(neighbourOf(['a'], 'a')).toBeUndefined();
  expect(neighbourOf([], 'a')).toBeUndefined();
});

test('after a task that the list has no longer comes the first', () => {
  expect(neighbourOf(['b', 'c'], 'a')).toBe('b');
});

test('what the address holds and cannot be is as if it was not there', () => {
  expect(readAttentionSearch({ tab: 'other', task: '', cursor: {}, q: 404 })).toEqual({
    tab: undefined,
    task: undefined,
    cursor: undefined,
    q: '404',
  });
});
