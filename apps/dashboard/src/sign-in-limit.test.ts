import { expect, test } from 'vitest';
import { createSignInLimit, networkOf } from './sign-in-limit.ts';

const exhaust = (limit: ReturnType<typeof createSignInLimit>, address: string) => {
  for (let attempt = 0; attempt < 10; attempt++) expect(limit.take(address)).toBeUndefined();
};

test('after ten wrong tokens an address waits, and then may try again', () => {
  let now = 0;
  const limit = createSignInLimit(() => now);
  exhaust(limit, '192.0.2.1');
  expect(limit.take('192.0.2.1')).toBe(300);
  now = 299_500;
  expect(limit.take('192.0.2.1')).toBe(1);
  now = 300_000;
  expect(limit.take('192.0.2.1')).toBeUndefined();
});

test('another address does not wait', () => {
  const limit = createSignInLimit(() => 0);
  exhaust(limit, '192.0.2.1');
  expect(limit.take('192.0.2.2')).toBeUndefined();
});

test('a good token counts as no attempt', () => {
  const limit = createSignInLimit(() => 0);
  for (let attempt = 0; attempt < 100; attempt++) {
    expect(limit.take('192.0.2.1')).toBeUndefined();
    limit.giveBack('192.0.2.1');
  }
});

test('however many addresses try, only so many are remembered, the newest', () => {
  const limit = createSignInLimit(() => 0);
  exhaust(limit, '192.0.2.1');
  for (let index = 0; index < 9_999; index++) limit.take(`10.0.${index >> 8}.${index & 255}`);
  expect(limit.take('192.0.2.1')).toBe(300);
  limit.take('10.1.0.0');
  expect(limit.take('192.0.2.1')).toBeUndefined();
});

test('one IPv6 user has one network, whatever address of it is used', () => {
  expect(networkOf('2001:db8:1:2:aaaa::1')).toBe(networkOf('2001:DB8:1:2::beef'));
  expect(networkOf('2001:db8:1:2::1')).not.toBe(networkOf('2001:db8:1:3::1'));
  expect(networkOf('2001:db8::1')).toBe('2001:db8:0:0');
  expect(networkOf('::1')).toBe('0:0:0:0');
  expect(networkOf('::ffff:192.0.2.1')).toBe('192.0.2.1');
});
