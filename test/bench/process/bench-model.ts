import { defineModel, PermanentError } from '@drover/core';
import { z } from 'zod';

const Invoice = z.object({
  invoice: z.int(),
  number: z.string(),
  customer: z.string(),
  amount: z.number(),
  currency: z.string().length(3),
  lines: z.array(z.int()),
  note: z.string().optional(),
});

/** What Drover's workers run in the bench. */
export default defineModel('bench', {
  noop: { description: 'Does nothing', args: z.tuple([Invoice]), run: () => null },
  noop_isolated: { description: 'Does nothing, apart', isolated: true, args: z.tuple([Invoice]), run: () => null },
  /** Nanoseconds of the machine's monotonic clock, which all its processes share. */
  stamp: { description: 'Tells when it began', run: () => String(process.hrtime.bigint()) },
  spin: {
    description: 'Blocks its worker for four tenths of a second',
    run() {
      const until = performance.now() + 400;
      while (performance.now() < until);
    },
  },
});

const names = Array.from({ length: 5 }, (_, n) => `m${n}`);
const method = (run: () => unknown) => ({ description: 'Fills a ledger', args: z.tuple([Invoice]), run });

/** Twenty methods that do nothing, so that a ledger has something to be searched for. */
export const ledgerModels = Array.from({ length: 4 }, (_, n) =>
  defineModel(`bench.ledger${n}`, Object.fromEntries(names.map((name) => [name, method(() => null)]))),
);

export const refusing = defineModel(
  'bench.refusing',
  Object.fromEntries(
    names.map((name) => [
      name,
      method(() => {
        throw new PermanentError('refused, as always');
      }),
    ]),
  ),
);
