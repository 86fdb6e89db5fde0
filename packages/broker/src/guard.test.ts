import { expect, test } from 'vitest';
import { faultsOf } from './guard.ts';

const fit = {
  version: '7.0.15',
  policy: 'noeviction',
  skewMs: 3,
  queueVersions: new Map([['default', 'bullmq:6.7.0']]),
};

test('a server that fits has no faults', () => {
  expect(faultsOf(fit)).toEqual([]);
  expect(faultsOf({ ...fit, version: '6.2.0', policy: undefined })).toEqual([]);
});

test.each([
  ['an old server', { version: '6.0.16' }, /version 6\.0\.16.*6\.2/],
  ['one that throws data away', { policy: 'allkeys-lru' }, /maxmemory-policy is "allkeys-lru".*noeviction/],
  ['a clock that is ahead', { skewMs: 1_500 }, /1500 ms ahead.*NTP/],
  ['a clock that is behind', { skewMs: -2_000 }, /2000 ms behind/],
  [
    'data of an older BullMQ',
    { queueVersions: new Map([['mail', 'bullmq:5.56.0']]) },
    /queue "mail".*bullmq:5\.56\.0.*KEY_PREFIX/,
  ],
])('%s is refused, with what was found and what to do', (_, change, message) => {
  const faults = faultsOf({ ...fit, ...change });
  expect(faults).toHaveLength(1);
  expect(faults[0]).toMatch(message);
});

test('every fault is told at once', () => {
  expect(faultsOf({ ...fit, version: '5.0.7', policy: 'volatile-lru', skewMs: 9_000 })).toHaveLength(3);
});
