import type { ImportReport } from '@drover/core';
import { cluster } from '../../cluster.ts';
import { useFileImport } from '../../file-import.ts';

export type FileFormat = 'json' | 'yaml';

type JobImportDraft = {
  format: FileFormat;
  text: string;
  /** Takes the jobs of this one only. Empty: all. */
  module: string;
  unchecked: boolean;
};

const nothing: JobImportDraft = { format: 'json', text: '', module: '', unchecked: false };

export const useJobImport = () => useFileImport({ nothing, send, changes: ['jobs', 'job'] });

export type JobImport = ReturnType<typeof useJobImport>;

function send({ format, text, module, unchecked }: JobImportDraft, dryRun: boolean): Promise<ImportReport> {
  const only = module.trim() === '' ? {} : { module: module.trim() };
  return cluster.jobs.import(format, text, { ...only, ...(unchecked ? { unchecked } : {}), dryRun });
}

/** A file says by its name what it is; without a telling one, by how it begins. */
export function fileFormatOf(name: string, text: string): FileFormat {
  if (/\.ya?ml$/i.test(name)) return 'yaml';
  if (/\.json$/i.test(name)) return 'json';
  return /^\s*[[{]/.test(text) ? 'json' : 'yaml';
}
