import {
  ClusterError,
  DataError,
  declaredClass,
  declaredDelaySeconds,
  isTaskEnd,
  PermanentError,
  ResourceError,
  TaskEnd,
  TemporaryError,
} from '@drover/core';
import { expect, test } from 'vitest';
import { errorRecord } from '../error-record.ts';
import { readThrown, writeThrown } from './thrown.ts';

/** As it comes out of the channel at the other end. */
const travelled = (thrown: unknown) => readThrown(JSON.parse(JSON.stringify(writeThrown(thrown))));

test.each([
  new TemporaryError('later', { delaySeconds: 7 }),
  new ResourceError('no room', { delaySeconds: 0 }),
  new DataError('wrong', { cause: new Error('why') }),
  new PermanentError('never'),
  new RangeError('out of range'),
])('%s is the same at the other end', (thrown) => {
  const read = travelled(thrown);
  const errorClass = declaredClass(thrown) ?? 'unclassified';
  expect(declaredClass(read)).toBe(declaredClass(thrown));
  expect(declaredDelaySeconds(read)).toBe(declaredDelaySeconds(thrown));
  expect(errorRecord(read, errorClass)).toEqual(errorRecord(thrown, errorClass));
});

test('what ends a task early still does', () => {
  const read = travelled(new TaskEnd('skipped', 'not today'));
  expect(isTaskEnd(read) && read.outcome).toBe('skipped');
  expect(read.message).toBe('not today');
});

test('a refusal keeps its code', () => {
  expect(travelled(new ClusterError('args_invalid', 'no'))).toMatchObject({ code: 'args_invalid', message: 'no' });
});

test.each(['a text', 7, null, undefined, { reason: 'none' }])('%j may be thrown, too', (thrown) => {
  expect(travelled(thrown)).toBeInstanceOf(Error);
});

test('what cannot even be looked at is a failure', () => {
  const hostile = new Proxy(new Error('hidden'), {
    get() {
      throw new Error('do not look');
    },
  });
  expect(travelled(hostile).message).toBe('something was thrown that cannot be read');
});
