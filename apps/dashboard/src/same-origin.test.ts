import { expect, test } from 'vitest';
import { isOwn } from './same-origin.ts';

const own = 'https://drover.example:3001';

test.each([
  // site, origin, reading, changing
  ['same-origin', undefined, true, true],
  ['same-origin', own, true, true],
  ['none', undefined, true, false],
  ['same-site', own, false, false],
  ['cross-site', undefined, false, false],
  [undefined, own, true, true],
  [undefined, 'https://drover.example', false, false],
  [undefined, 'http://drover.example:3001', false, false],
  [undefined, 'null', false, false],
  [undefined, undefined, true, false],
] as const)('from site %s and origin %s: reading %s, changing %s', (site, origin, reading, changing) => {
  expect(isOwn(site, origin, own, true)).toBe(reading);
  expect(isOwn(site, origin, own, false)).toBe(changing);
});
