import { expect, test } from 'vitest';
import { messageOf, pathOf } from './fault.ts';

test('a JSON Pointer is read with its escapes', () => {
  expect(pathOf('/kwargs/a~1b/m~0n/0')).toEqual(['kwargs', 'a/b', 'm~n', '0']);
});

test('a fault outside the body belongs to no field', () => {
  expect(pathOf('?wait')).toEqual([]);
});

test('the faults of a field are told together, with their place inside it', () => {
  const faults = [
    { pointer: '/kwargs/amount', message: 'must be positive' },
    { pointer: '/kwargs', message: 'unknown name "b"' },
    { pointer: '/args/0', message: 'must be a number' },
  ];
  expect(messageOf(faults, 'kwargs')).toBe('amount: must be positive\nunknown name "b"');
  expect(messageOf(faults, 'queue')).toBeUndefined();
});
