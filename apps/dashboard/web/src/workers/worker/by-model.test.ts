import { expect, test } from 'vitest';
import { byModel } from './by-model.ts';

test('methods are gathered by their models, both by name', () => {
  expect(byModel(['sale.order.find', 'probe.spin', 'probe.isolated.end', 'probe.echo'])).toEqual([
    { model: 'probe', methods: ['probe.echo', 'probe.spin'] },
    { model: 'probe.isolated', methods: ['probe.isolated.end'] },
    { model: 'sale.order', methods: ['sale.order.find'] },
  ]);
});
