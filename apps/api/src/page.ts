import { limits } from '@drover/core';
import { z } from 'zod';

/** Lists come in pages: `{items, nextCursor}`. A cursor is opaque, and null on the last page. */

/** Undefined where it is not given: `Limit` is for those who need not know. */
export const GivenLimit = z
  .string()
  .regex(/^\d{1,4}$/, `must be a whole number from 1 to ${limits.pageMax}`)
  .transform(Number)
  .pipe(z.number().min(1).max(limits.pageMax))
  .optional()
  .meta({
    type: 'integer',
    minimum: 1,
    maximum: limits.pageMax,
    description: `How many at most. Default: ${limits.pageDefault}.`,
  });

export const Limit = GivenLimit.transform((limit) => limit ?? limits.pageDefault).meta(GivenLimit.meta() ?? {});

export const Cursor = z
  .string()
  .min(1)
  .max(limits.cursorLength)
  .optional()
  .describe('The `nextCursor` of the page before. Default: the first page.');

export function pageOf<T extends z.ZodType>(item: T, id: string) {
  return z
    .object({
      items: z.array(item),
      nextCursor: z.string().nullable().describe('Asks for the next page; null on the last one.'),
    })
    .meta({ id });
}
