import type { ImportFormat } from '@drover/client';
import { type ImportReport, limits } from '@drover/core';
import { useMutation, useQueryClient } from '@tanstack/react-query';
import { useState } from 'react';
import { cluster } from '../../cluster.ts';

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

/** What is to be imported, what a check of it said, and what became of it. */
export function useImport() {
  const [draft, setDraft] = useState(nothing);
  const [reported, setReported] = useState<{ report: ImportReport; draft: ImportDraft }>();
  const queryClient = useQueryClient();
  const check = useMutation({
    mutationFn: (checked: ImportDraft) => send(checked, true),
    onSuccess: (report, checked) => setReported({ report, draft: checked }),
    onError: () => setReported(undefined),
  });
  const run = useMutation({
    mutationFn: (run: ImportDraft) => send(run, false),
    onSuccess: (report, run) => {
      setReported({ report, draft: run });
      void queryClient.invalidateQueries({ queryKey: ['schedules'] });
    },
  });
  const bytes = bytesOf(draft.text);
  return {
    draft,
    set: (change: Partial<ImportDraft>) => setDraft((before) => ({ ...before, ...change })),
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
    /** Of the text. */
    bytes,
    isTooLarge: bytes > limits.bodyBytes,
  };
}

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

function bytesOf(text: string): number {
  return new TextEncoder().encode(text).byteLength;
}
