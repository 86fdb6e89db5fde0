import { expect, test } from 'vitest';
import { plainAddress } from './caller-address.ts';

test.each([
  ['203.0.113.7', '203.0.113.7'],
  [' 203.0.113.7 ', '203.0.113.7'],
  ['203.0.113.7:52100', '203.0.113.7'],
  ['::ffff:203.0.113.7', '203.0.113.7'],
  ['2001:db8::7', '2001:db8::7'],
  ['[2001:db8::7]', '2001:db8::7'],
  ['[2001:db8::7]:443', '2001:db8::7'],
  ['::1', '::1'],
  ['fe80::1%eth0', 'fe80::1%eth0'],
])('%j is the address %j', (text, address) => {
  expect(plainAddress(text)).toBe(address);
});

test.each([undefined, '', 'unknown', '_hidden', '203.0.113', '203.0.113.7, 10.0.0.1', '<script>', '::ffff:x', '[]:80'])(
  '%j is none',
  (text) => {
    expect(plainAddress(text)).toBeUndefined();
  },
);
