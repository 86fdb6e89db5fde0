import { expect, test } from 'vitest';
import { z } from 'zod';
import { announcementsOf } from './announcement.ts';
import { defineModel } from './model.ts';

const model = defineModel('shop.order', {
  close: { description: 'Closes', run: () => null },
  ship: {
    description: 'Ships',
    args: z.tuple([z.int(), z.string().optional()]),
    kwargs: z.object({ fast: z.boolean().default(false) }),
    queue: 'shipping',
    run: () => null,
  },
});

test('a method without arguments announces that it takes none', () => {
  const [close] = announcementsOf([model]);
  expect(close).toMatchObject({ model: 'shop.order', method: 'close', queue: 'default', priority: 100 });
  expect(close?.argsSchema).toMatchObject({ type: 'array', maxItems: 0 });
  expect(close?.argsSchema).not.toHaveProperty('prefixItems');
  expect(close?.kwargsSchema).toMatchObject({ type: 'object', additionalProperties: false });
});

test('a list of arguments announces how many it needs, and takes no more', () => {
  const ship = announcementsOf([model])[1];
  expect(ship?.argsSchema).toMatchObject({
    minItems: 1,
    items: false,
    prefixItems: [{ type: 'integer' }, { type: 'string' }],
  });
  expect(ship?.kwargsSchema).not.toHaveProperty('required');
  expect(ship?.queue).toBe('shipping');
});

test.each([0, -1, 15, 1.5, 2_000_000, Number.NaN, '512'])('a bound of memory of %s MB is refused', (memoryMb) => {
  const isolated = { memoryMb: memoryMb as number };
  const large = defineModel('shop.report', { write: { description: 'Writes', isolated, run: () => null } });
  expect(() => announcementsOf([large])).toThrow(
    'shop.report.write: isolated.memoryMb must be a whole number from 16 to 1048576',
  );
});
