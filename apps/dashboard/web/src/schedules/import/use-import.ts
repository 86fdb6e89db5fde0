import type { ImportFormat } from '@drover/client';
import type { ImportReport } from '@drover/core';
import { cluster } from '../../cluster.ts';
import { useFileImport } from '../../file-import.ts';

export type ImportDraft = {
  format: ImportFormat;
  text: string;
  /** Empty: none is said. */
  timeZone: string;
  /** With a crontab, in full. Empty: none. */
  method: string;
  userColumn: 'auto' | 'yes' | 'no';
  unchecked: boolean;
};

const nothing: ImportDraft = {
  format: 'json',
  text: '',
  timeZone: '',
  method: '',
  userColumn: 'auto',
  unchecked: false,
};

export const useImport = () => useFileImport({ nothing, send, changes: ['schedules'] });

export type Import = ReturnType<typeof useImport>;

function send(draft: ImportDraft, dryRun: boolean): Promise<ImportReport> {
  return cluster.schedules.import(draft.format, draft.text, { ...optionsOf(draft), dryRun });
}

function optionsOf({ format, timeZone, method, userColumn, unchecked }: ImportDraft) {
  const isCrontab = format === 'crontab';
  return {
    timeZone: timeZone === '' ? undefined : timeZone,
    method: isCrontab && method.trim() !== '' ? method.trim() : undefined,
    userColumn: isCrontab && userColumn !== 'auto' ? userColumn === 'yes' : undefined,
    unchecked: unchecked ? true : undefined,
  };
}
