import { z } from 'zod';

/** What became of one schedule of an import. */
export const ImportItem = z
  .object({
    source: z.string().describe('Where it stands: `line 3`, `row 2`, `#/4`.'),
    name: z.string().optional(),
    result: z.enum(['created', 'updated', 'unchanged', 'refused']),
    id: z.string().optional(),
    sentence: z.string().optional(),
    warnings: z.array(z.string()).describe('What could not be mapped, or was mapped to something near.'),
    faults: z.array(z.object({ pointer: z.string(), message: z.string() })).describe('Why it was refused.'),
  })
  .meta({ id: 'ImportItem' });
export type ImportItem = z.infer<typeof ImportItem>;

export const ImportReport = z
  .object({
    dryRun: z.boolean(),
    created: z.int(),
    updated: z.int(),
    unchanged: z.int(),
    refused: z.int(),
    items: z.array(ImportItem),
  })
  .meta({ id: 'ImportReport' });
export type ImportReport = z.infer<typeof ImportReport>;
