import { limits } from '@drover/core';
import { expect, test } from 'vitest';
import { auditDetails, patchDetails, scheduleDetails } from './audit-details.ts';

const bytesOf = (value: unknown) => Buffer.byteLength(JSON.stringify(value));

test('what was asked for is kept as it is, and nothing at all is left out', () => {
  expect(auditDetails({ reason: 'ordered twice', retention: { doneDays: 7 }, to: undefined })).toEqual({
    reason: 'ordered twice',
    retention: { doneDays: 7 },
  });
  expect(auditDetails({})).toBeUndefined();
  expect(auditDetails(undefined)).toBeUndefined();
});

test('long texts and lists are cut, and show it', () => {
  const details = auditDetails({ reason: 'x'.repeat(300), ids: Array.from({ length: 25 }, (_, index) => index) });
  expect(details?.reason).toBe(`${'x'.repeat(limits.auditTextLength - 1)}…`);
  expect(details?.ids).toEqual([...Array(20).keys(), '… 5 more']);
});

test('no request makes an entry large', () => {
  const large = Object.fromEntries(Array.from({ length: 30 }, (_, index) => [`field${index}`, 'é'.repeat(190)]));
  expect(bytesOf(auditDetails({ ...large, action: 'cancel' }))).toBeLessThanOrEqual(limits.auditDetailsBytes);
  const many = Object.fromEntries(Array.from({ length: 5_000 }, (_, index) => [`field${index}`, 1]));
  expect(auditDetails(many)).toEqual({ fields: 5_000 });
  expect(bytesOf(auditDetails({ filter: { deep: large } }))).toBeLessThan(100);
});

test('arguments are told by number, name and size, never by value', () => {
  const details = patchDetails({ priority: 3, args: ['4111 1111 1111 1111', 2], kwargs: { password: 'hunter2' } });
  expect(details).toEqual({ priority: 3, args: { count: 2, bytes: 25 }, kwargs: { names: ['password'], bytes: 22 } });
});

test('so are the arguments of the task that a schedule makes', () => {
  const task = { model: 'shop', method: 'pay', args: [], kwargs: { card: '4111 1111 1111 1111' } };
  const details = scheduleDetails({ name: 'pay', endAt: null, task });
  expect(details).toEqual({
    name: 'pay',
    endAt: null,
    task: { model: 'shop', method: 'pay', args: { count: 0, bytes: 2 }, kwargs: { names: ['card'], bytes: 30 } },
  });
  expect(scheduleDetails({ missed: 'skip' })).toEqual({ missed: 'skip' });
});
