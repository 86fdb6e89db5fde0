import type { MethodInfo } from '@drover/core';
import { expect, test } from 'vitest';
import { defaultOptions, requestOf } from './run-request.ts';

const method = { model: 'account.invoice', method: 'process_batch' } as MethodInfo;

test('a request says nothing that would be so anyway', () => {
  expect(requestOf(method, { args: [], kwargs: {} }, defaultOptions)).toEqual({
    model: 'account.invoice',
    method: 'process_batch',
  });
});

test('arguments left empty at the end are not sent', () => {
  const { args } = requestOf(method, { args: [1, undefined, 'x', undefined], kwargs: {} }, defaultOptions);
  expect(args).toEqual([1, null, 'x']);
});

test('a delay is sent in seconds', () => {
  const request = requestOf(
    method,
    { args: [], kwargs: {} },
    { ...defaultOptions, when: 'delay', delay: 2, delayUnit: 'hours' },
  );
  expect(request.delaySeconds).toBe(7_200);
  expect(request.runAt).toBeUndefined();
});

test('a time is sent in UTC', () => {
  const options = { ...defaultOptions, when: 'at' as const, runAt: '2030-01-02T03:04:05' };
  const { runAt } = requestOf(method, { args: [], kwargs: {} }, options);
  expect(runAt).toBe(new Date(2030, 0, 2, 3, 4, 5).toISOString());
});

test('options are sent when they were chosen', () => {
  const options = { ...defaultOptions, queue: ' mails ', priority: 7, maxRetries: 0, tags: ['a'], isResilient: true };
  expect(requestOf(method, { args: [], kwargs: { x: 1 } }, options)).toEqual({
    model: 'account.invoice',
    method: 'process_batch',
    kwargs: { x: 1 },
    queue: 'mails',
    priority: 7,
    maxRetries: 0,
    tags: ['a'],
    retry: 'resilient',
  });
});
