import { expect, test } from 'vitest';
import { checkRule } from './check-rule.ts';
import { jitterOf } from './jitter.ts';

const rule = checkRule({ timing: 'schedule', frequency: { every: 'daily' }, jitterSeconds: 30 }, 0);
const slots = Array.from({ length: 3_000 }, (_, day) => day * 86_400_000);

test('the same fire is late by the same time, others by others', () => {
  expect(jitterOf(rule, 'a', 86_400_000)).toBe(jitterOf(rule, 'a', 86_400_000));
  expect(jitterOf(rule, 'a', 86_400_000)).not.toBe(jitterOf(rule, 'a', 172_800_000));
  expect(jitterOf(rule, 'a', 86_400_000)).not.toBe(jitterOf(rule, 'b', 86_400_000));
});

test('it is spread evenly, and never more than was asked for', () => {
  const late = slots.map((at) => jitterOf(rule, 'billing', at));
  expect(late.every((ms) => Number.isInteger(ms) && ms >= 0 && ms <= 30_000)).toBe(true);
  for (let tenth = 0; tenth < 10; tenth += 1) {
    const count = late.filter((ms) => Math.floor(ms / 3_000) === tenth).length;
    expect(count).toBeGreaterThan(220);
    expect(count).toBeLessThan(380);
  }
});

test('without jitter every fire is on time', () => {
  expect(slots.every((at) => jitterOf({ ...rule, jitterSeconds: 0 }, 'a', at) === 0)).toBe(true);
});
