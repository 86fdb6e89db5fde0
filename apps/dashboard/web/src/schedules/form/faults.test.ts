import { expect, test } from 'vitest';
import { areAllShown, currentFaults, messageAt } from './faults.ts';

const fault = (pointer: string, message = 'is wrong') => ({ pointer, message });

test('a field shows what is wrong with it and inside of it, each thing once', () => {
  const faults = [fault('/frequency/cron', 'has 3 fields'), fault('/frequency/cron/0'), fault('/frequency/cron/1')];
  expect(messageAt(faults, '/frequency/cron')).toBe('has 3 fields\nis wrong');
  expect(messageAt(faults, '/frequency/cro')).toBeUndefined();
});

test('of the rule the preview knows best; what it has not seen stays as it was told', () => {
  const saved = [fault('/finishAt'), fault('/task/kwargs/to'), fault('/name')];
  expect(currentFaults([], saved)).toEqual([fault('/task/kwargs/to'), fault('/name')]);
  expect(currentFaults([fault('/finishAt', 'is before the start')], saved)[0]?.message).toBe('is before the start');
});

test('faults that have no field on the form are told beside it', () => {
  expect(areAllShown([fault('/name'), fault('/task/kwargs/to')])).toBe(true);
  expect(areAllShown([fault('/name'), fault('/unheard')])).toBe(false);
  expect(areAllShown([])).toBe(false);
});
