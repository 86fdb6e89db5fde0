import type { FailureGroup } from '@drover/core';
import { expect, test } from 'vitest';
import { searchGroups } from './group-search.ts';

const group = (method: string, message: string) =>
  ({ model: 'account.invoice', method, class: 'data', name: 'DataError', message, lastMessage: '' }) as FailureGroup;

test('groups are found by words of their method and message, in any order and case', () => {
  const groups = [group('post', 'no address of customer #'), group('send', 'no address of customer #')];
  const found = (text: string) => searchGroups(groups, text).map(({ method }) => method);
  expect(found('ADDRESS post')).toEqual(['post']);
  expect(found('dataerror')).toEqual(['post', 'send']);
  expect(found(' ')).toEqual(['post', 'send']);
  expect(found('address letter')).toEqual([]);
});
