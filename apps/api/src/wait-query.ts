import { limits } from '@drover/core';
import { z } from 'zod';

/** Beside `Prefer: wait`, for callers that cannot set headers. @param what the answer is held back for */
export function waitQuery(what: string) {
  return z.strictObject({
    wait: z
      .string()
      .regex(/^\d{1,4}$/, `must be whole seconds, 0 to ${limits.waitSeconds}`)
      .transform(Number)
      .pipe(z.number().max(limits.waitSeconds))
      .optional()
      .meta({
        type: 'integer',
        minimum: 0,
        maximum: limits.waitSeconds,
        description: `Holds the answer until ${what}, at most so many seconds.`,
      }),
  });
}
