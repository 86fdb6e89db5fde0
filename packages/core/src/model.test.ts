import { expectTypeOf, test } from 'vitest';
import { z } from 'zod';
import { defineModel, type Signatures } from './model.ts';

const model = defineModel('account.invoice', {
  process_batch: {
    description: 'Posts drafts',
    args: z.tuple([z.array(z.int())]),
    kwargs: z.object({ dryRun: z.boolean().default(false) }),
    timeoutSeconds: 7_200,
    async run({ args: [ids], kwargs }, task) {
      expectTypeOf(ids).toEqualTypeOf<number[]>();
      expectTypeOf(kwargs).toEqualTypeOf<{ dryRun: boolean }>();
      return task.each(ids, async (id) => ({ number: `INV-${id}` }));
    },
  },
  count: {
    description: 'Counts',
    run: () => 'seven'.length,
  },
});

test('a method is typed from its schemas, and so is the client', () => {
  type S = Signatures<typeof model>;
  expectTypeOf<S['process_batch']['args']>().toEqualTypeOf<[number[]]>();
  expectTypeOf<S['process_batch']['kwargs']>().toEqualTypeOf<{ dryRun?: boolean | undefined }>();
  expectTypeOf<S['count']['result']>().toEqualTypeOf<number>();
});
