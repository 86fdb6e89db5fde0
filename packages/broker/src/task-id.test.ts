import { expect, test } from 'vitest';
import { createTaskId, queueOfTaskId } from './task-id.ts';

test('an id names its queue', () => {
  expect(queueOfTaskId(createTaskId('default', Date.now()))).toBe('default');
  expect(queueOfTaskId(createTaskId('a_long_queue_2', Date.now()))).toBe('a_long_queue_2');
});

test('ids sort by the time at which they were made', () => {
  const times = [0, 1, 31, 32, 1_700_000_000_000, 1_795_308_691_556, 1_795_308_691_557, 4_102_444_800_000];
  const ids = times.map((time) => createTaskId('default', time));
  expect([...ids].sort()).toEqual(ids);
});

test('two ids of one moment differ', () => {
  expect(new Set(Array.from({ length: 10_000 }, () => createTaskId('default', 1))).size).toBe(10_000);
});

test.each([
  '',
  'tsk_',
  '42',
  'tsk_01m80bqdg4sfa077nxyfv6-0-',
  'tsk_01m80bqdg4sfa077nxyfv6-0-UPPER',
  'tsk_01m80bqdg4sfa077nxyfv6-0-a:b',
  'tsk_01m80bqdg4sfa077nxyfv6-0-default\n',
  'tsk_01m80bqdg4sfa077nxyfvu-0-default',
  `tsk_01m80bqdg4sfa077nxyfv6-0-${'a'.repeat(65)}`,
  '{drover}:keys',
])('%j is no id of ours', (id) => {
  expect(queueOfTaskId(id)).toBeUndefined();
});
