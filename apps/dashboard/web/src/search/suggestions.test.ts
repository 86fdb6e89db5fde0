import type { MethodInfo, ModelInfo } from '@drover/core';
import { expect, test } from 'vitest';
import { methodSuggestions, tagSuggestions } from './suggestions.ts';

function model(name: string, methods: Record<string, string[]>): ModelInfo {
  const infos = Object.entries(methods).map(([method, tags]) => ({ model: name, method, tags }) as MethodInfo);
  return { model: name, methods: infos };
}

test('models are suggested before methods, and versions of a method once', () => {
  const sale = model('sale.order', { confirm: [] });
  const models = [sale, { ...sale, model: 'account', methods: [...sale.methods, ...sale.methods] }];
  expect(methodSuggestions(models)).toEqual([
    { group: 'Models', items: ['account', 'sale.order'] },
    { group: 'Methods', items: ['account.confirm', 'sale.order.confirm'] },
  ]);
});

test('a name that is a model and a method is suggested as the model', () => {
  const models = [model('sale', { order: [] }), model('sale.order', { confirm: [] })];
  expect(methodSuggestions(models)[1]?.items).toEqual(['sale.order.confirm']);
});

test('tags are suggested that methods give and that are seen, each once', () => {
  const models = [model('email', { send: ['mail', 'slow'], send_batch: ['mail'] })];
  expect(tagSuggestions(models, ['month end', 'slow'])).toEqual(['mail', 'month end', 'slow']);
});
