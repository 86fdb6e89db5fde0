import { defineModel } from '@drover/core';
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
  /** Nanoseconds of the machine's monotonic clock, which all its processes share. */
  stamp: { description: 'Tells when it began', run: () => String(process.hrtime.bigint()) },
});
