import { z } from 'zod';

/** A statement in a query: `true` or `false`. */
export const Flag = z
  .enum(['true', 'false'])
  .transform((text) => text === 'true')
  .optional();
