import { ClusterError, type MethodInfo } from '@drover/core';
import { expect, test } from 'vitest';
import { ArgumentChecker, checkArgumentBounds } from './arguments.ts';
import { nearestNames } from './nearest-names.ts';

const version = (kwargsSchema: MethodInfo['kwargsSchema']): MethodInfo =>
  ({
    version: JSON.stringify(kwargsSchema),
    argsSchema: { type: 'array', maxItems: 1 },
    kwargsSchema,
  }) as unknown as MethodInfo;
const strict = version({
  type: 'object',
  properties: { ids: { type: 'array', items: { type: 'integer' } }, 'a/b': { type: 'string' } },
  required: ['ids'],
  additionalProperties: false,
});

function faults(versions: MethodInfo[], args: unknown[], kwargs: Record<string, unknown>) {
  try {
    new ArgumentChecker().check('m.x', versions, args, kwargs);
    return [];
  } catch (error) {
    return error instanceof ClusterError ? error.faults : undefined;
  }
}

test('every fault is named with its place', () => {
  expect(faults([strict], [1, 2], { ids: [1, 'x'], other: 1, 'a/b': 2 })).toEqual(
    expect.arrayContaining([
      { pointer: '/args', message: 'must NOT have more than 1 items' },
      { pointer: '/kwargs/ids/1', message: 'must be integer' },
      { pointer: '/kwargs/other', message: 'is not known to this method' },
      { pointer: '/kwargs/a~1b', message: 'must be string' },
    ]),
  );
  expect(faults([strict], [], {})).toEqual([{ pointer: '/kwargs/ids', message: 'is missing' }]);
});

test('arguments that fit any live version are accepted', () => {
  const next = version({ type: 'object', properties: { all: { const: true } }, required: ['all'] });
  expect(faults([strict, next], [], { all: true })).toEqual([]);
  expect(faults([strict, next], [], { ids: [1] })).toEqual([]);
  expect(faults([strict, next], [], {})).toHaveLength(1);
});

test('arguments have bounds: bytes and depth', () => {
  const large = ['x'.repeat(300_000)];
  expect(() => checkArgumentBounds(large, {}, 300_002)).toThrow(/at most 262144/);
  let deep: unknown = 1;
  for (let level = 0; level < 100; level += 1) deep = [deep];
  expect(() => checkArgumentBounds([deep], {}, 200)).toThrow(/deeper than 64/);
  expect(() => checkArgumentBounds([], { a: 1 }, 10)).not.toThrow();
});

test('an unknown method brings the names that look like it', () => {
  const known = ['probe.echo', 'probe.slow', 'account.invoice.process_batch'];
  expect(nearestNames('probe.ecko', known)[0]).toBe('probe.echo');
  expect(nearestNames('account.invoice.proces_batch', known)).toEqual(['account.invoice.process_batch']);
  expect(nearestNames('zzzzzzzzzzzzzzzz', known)).toEqual([]);
});
