import type { ImportItem, ImportReport } from '@drover/core';
import { IconBan, IconCircleCheck, IconCirclePlus, IconEdit } from '@tabler/icons-react';
import { counted } from '../../count.ts';
import type { Look } from '../../state.ts';

export type ImportResult = ImportItem['result'];

/** How what became of one is shown: before it is done, and after. */
export function resultLook(result: ImportResult, isDry: boolean): Look {
  switch (result) {
    case 'created':
      return { label: isDry ? 'New' : 'Created', tone: 'green', icon: IconCirclePlus };
    case 'updated':
      return { label: isDry ? 'Changes' : 'Changed', tone: 'blue', icon: IconEdit };
    case 'unchanged':
      return { label: 'Unchanged', tone: 'grey', icon: IconCircleCheck };
    case 'refused':
      return { label: 'Refused', tone: 'red', icon: IconBan };
    default:
      return result satisfies never;
  }
}

export const importResults: ImportResult[] = ['created', 'updated', 'unchanged', 'refused'];

/** What a file holds. */
export type Imported = 'schedule' | 'job';

/** What the whole of it comes to, as a sentence. */
export function reportWords(report: ImportReport, what: Imported = 'schedule'): string {
  const { dryRun, created, updated, unchanged, refused } = report;
  const parts = [
    created > 0 && `${counted(created, what)} ${dryRun ? 'would be' : created === 1 ? 'was' : 'were'} created`,
    updated > 0 && `${counted(updated, what)} ${dryRun ? 'would be' : updated === 1 ? 'was' : 'were'} changed`,
    unchanged > 0 && `${unchanged} ${unchanged === 1 ? 'is' : 'are'} there already, and the same`,
    refused > 0 && `${refused} ${refused === 1 ? 'is' : 'are'} refused`,
  ].filter((part) => part !== false);
  if (parts.length === 0) return 'There is nothing in it to import.';
  const words = parts.length === 1 ? parts[0] : `${parts.slice(0, -1).join(', ')} and ${parts.at(-1)}`;
  return `${words}.`;
}
