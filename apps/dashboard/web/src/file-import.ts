import { type ImportReport, limits } from '@drover/core';
import { useMutation, useQueryClient } from '@tanstack/react-query';
import { useState } from 'react';

type Importing<Draft> = {
  nothing: Draft;
  send: (draft: Draft, dryRun: boolean) => Promise<ImportReport>;
  /** The queries that an import changes the answers of. */
  changes: string[];
};

/** What is to be imported, what a check of it said, and what became of it. */
export function useFileImport<Draft extends { text: string }>({ nothing, send, changes }: Importing<Draft>) {
  const [draft, setDraft] = useState(nothing);
  const [reported, setReported] = useState<{ report: ImportReport; draft: Draft }>();
  const queryClient = useQueryClient();
  const check = useMutation({
    mutationFn: (checked: Draft) => send(checked, true),
    onSuccess: (report, checked) => setReported({ report, draft: checked }),
    onError: () => setReported(undefined),
  });
  const run = useMutation({
    mutationFn: (run: Draft) => send(run, false),
    onSuccess: (report, run) => {
      setReported({ report, draft: run });
      for (const name of changes) void queryClient.invalidateQueries({ queryKey: [name] });
    },
  });
  const bytes = new TextEncoder().encode(draft.text).byteLength;
  return {
    draft,
    set: (change: Partial<Draft>) => setDraft((before) => ({ ...before, ...change })),
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
