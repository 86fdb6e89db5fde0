import { expect, test } from 'vitest';
import { cookieOf } from './sessions.ts';

test.each([
  ['drover=abc', 'abc'],
  ['a=1; drover=abc; b=2', 'abc'],
  ['a=1;drover = abc ', 'abc'],
  ['drover=first; drover=second', 'first'],
  ['xdrover=abc', undefined],
  ['__Host-drover=abc', undefined],
  ['drover=', undefined],
  ['drover', undefined],
  [`drover=${'x'.repeat(5_000)}`, undefined],
  [undefined, undefined],
])('of %j the cookie is %j', (header, value) => {
  expect(cookieOf(header, 'drover')).toBe(value);
});
