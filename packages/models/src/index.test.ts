import { isModel, limits, methodsOf } from '@drover/core';
import { expect, test } from 'vitest';
import { z } from 'zod';
import { models } from './index.ts';

const methods = models.flatMap((model) => [...methodsOf(model)]);

test('the built-in models offer what they promise', () => {
  expect(models.every(isModel)).toBe(true);
  expect(methods.map(([name]) => name).filter((name) => !name.startsWith('probe.'))).toEqual([
    'http.request',
    'email.message.send_single',
    'email.message.send_batch',
    'data.extractor.extract',
    'data.transformer.transform',
    'data.loader.load',
    'account.invoice.process_batch',
    'account.invoice.post',
    'account.invoice.count',
    'sale.order.find',
    'sale.order.confirm',
    'sale.order.close',
    'sale.order.close_old',
    'report.generate',
  ]);
});

test.each(methods)(
  '%s has JSON Schemas for its arguments, small enough to announce',
  (_, { args, kwargs, description }) => {
    const schemas = [args, kwargs].map((schema) => JSON.stringify(z.toJSONSchema(schema, { io: 'input' })));
    expect(schemas.join('').length).toBeLessThan(limits.manifestBytes / 100);
    expect(description).not.toBe('');
  },
);

test('every pattern of a schema is one that other validators can read', () => {
  const schemas = methods.map(([, { kwargs }]) => JSON.stringify(z.toJSONSchema(kwargs, { io: 'input' })));
  const patterns = schemas.flatMap((schema) => [...schema.matchAll(/"pattern":("(?:[^"\\]|\\.)*")/g)]);
  expect(patterns.length).toBeGreaterThan(10);
  for (const [, pattern] of patterns) expect(() => new RegExp(JSON.parse(pattern ?? ''), 'u')).not.toThrow();
});
