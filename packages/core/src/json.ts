import { z } from 'zod';

/** Any value that JSON can hold. */
export type Json = string | number | boolean | null | Json[] | { [key: string]: Json };

/** Any JSON value; for OpenAPI it is the empty schema. */
export const Json: z.ZodType<Json> = z.unknown().meta({ description: 'Any JSON value' }) as unknown as z.ZodType<Json>;
