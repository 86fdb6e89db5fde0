import { type ImportReport, limits } from '@drover/core';
import { useMutation, useQueryClient } from '@tanstack/react-query';
import { useState } from 'react';
import { cluster } from '../../cluster.ts';

export type FileFormat = 'json' | 'yaml';

type JobImportDraft = {
  format: FileFormat;
  text: string;
  /** Takes the jobs of this one only. Empty: all. */
  module: string;
  unchecked: boolean;
};

/** What is to be imported, what a check of it said, and what became of it. */
export function useJobImport() {
  const [draft, setDraft] = useState<JobImportDraft>({ format: 'json', text: '', module: '', unchecked: false });
  const [reported, setReported] = useState<{ report: ImportReport; draft: JobImportDraft }>();
  const queryClient = useQueryClient();
  const check = useMutation({
    mutationFn: (checked: JobImportDraft) => send(checked, true),
    onSuccess: (report, checked) => setReported({ report, draft: checked }),
    onError: () => setReported(undefined),
  });
  const run = useMutation({
    mutationFn: (run: JobImportDraft) => send(run, false),
    onSuccess: (report, run) => {
      setReported({ report, draft: run });
      for (const name of ['jobs', 'job']) void queryClient.invalidateQueries({ queryKey: [name] });
    },
  });
  return {
    draft,
    set: (change: Partial<JobImportDraft>) => setDraft((before) => ({ ...before, ...change })),
    check: () => {
      run.reset();
      check.mutate(draft);
    },
    run: () => run.mutate(draft),
    report: reported?.report,
    checkError: check.error,
    runError: run.error,
    isChecking: check.isPending,
    isRunning: run.isPending,
    /** Something was changed since it was checked. */
    isStale: reported !== undefined && reported.draft !== draft,
    isTooLarge: new TextEncoder().encode(draft.text).byteLength > limits.bodyBytes,
  };
}

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
