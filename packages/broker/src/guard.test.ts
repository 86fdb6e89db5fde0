import { expect, test } from 'vitest';
import { faultsOf } from './guard.ts';

const good = { version: '7.2.4', policy: 'noeviction', skewMs: 0, queueVersions: new Map<string, string>() };

test.each([
  ['the oldest version that will do', { version: '6.2.0' }],
  ['a newer major version', { version: '8.0.1' }],
  ['a clock that is a little off', { skewMs: -999 }],
  ['a server that does not tell its policy', { policy: undefined }],
  ['queues of this BullMQ', { queueVersions: new Map([['mail', 'bullmq:6.7.0']]) }],
  ['queues of a newer BullMQ', { queueVersions: new Map([['mail', 'bullmq:10.0.0']]) }],
  ['queues of who knows what', { queueVersions: new Map([['mail', 'something']]) }],
])('%s is fine', (_, facts) => {
  expect(faultsOf({ ...good, ...facts })).toEqual([]);
});

test.each([
  [
    'a version too old',
    { version: '6.0.16' },
    'Redis is version 6.0.16, but 6.2 or newer is needed: upgrade the server.',
  ],
  ['no version at all', { version: '0' }, 'Redis is version 0'],
  ['a policy that evicts', { policy: 'volatile-lru' }, 'maxmemory-policy is "volatile-lru"'],
  ['a clock that is fast', { skewMs: 1_000 }, '1000 ms ahead of that of Redis'],
  ['a clock that is slow', { skewMs: -5_000 }, '5000 ms behind that of Redis'],
  [
    'an older BullMQ',
    { queueVersions: new Map([['mail', 'bullmq:5.9.0']]) },
    'queue "mail" holds data of bullmq:5.9.0',
  ],
])('%s is refused, with what was found', (_, facts, fault) => {
  const faults = faultsOf({ ...good, ...facts });
  expect(faults).toHaveLength(1);
  expect(faults[0]).toContain(fault);
});

test('everything that is wrong is told at once', () => {
  expect(faultsOf({ ...good, version: '5.0.0', policy: 'allkeys-lru', skewMs: 9_000 })).toHaveLength(3);
});
