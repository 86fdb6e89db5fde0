import { DroverError } from '@drover/client';
import type { Fault, Job, ModelInfo } from '@drover/core';
import { notifications } from '@mantine/notifications';
import { useMutation, useQueryClient } from '@tanstack/react-query';
import { useState } from 'react';
import { cluster } from '../../cluster.ts';
import { Conflict, replaced } from '../../saving/conflict.ts';
import { useOwnFaults } from '../../saving/use-own-faults.ts';
import { jobQuery } from '../job-queries.ts';
import { type JobDraft, jobRequestOf } from './job-draft.ts';
import { draftFaults, shiftedFaults } from './job-faults.ts';

type Start = {
  draft: JobDraft;
  /** The job that is edited. Without one, a new one is made. */
  edited: Job | undefined;
  models: readonly ModelInfo[];
};

/** What a person makes of a job: what is typed, what is wrong with it, and the way to save it. */
export function useJobForm({ draft: first, edited, models }: Start, onSaved: (job: Job) => void) {
  const [draft, setDraft] = useState(first);
  const { ownFaults, heldCount, onBroken, judge } = useOwnFaults();
  /** How often it was judged: by this page, and by the API. What is wrong is looked for then. */
  const [triedCount, setTriedCount] = useState(0);
  const queryClient = useQueryClient();

  const { mutate, reset, isPending, error, variables } = useMutation({
    mutationFn: ({ sent, version }: { sent: JobDraft; version: number | undefined }) => save(sent, edited, version),
    onSuccess: (job) => {
      queryClient.setQueryData(jobQuery(job.id).queryKey, job);
      void queryClient.invalidateQueries({ queryKey: ['jobs'] });
      notifications.show({ message: `${job.name} is saved.` });
      onSaved(job);
    },
    onError: () => setTriedCount((before) => before + 1),
  });

  const submit = (version = edited?.version) => {
    reset();
    if (judge(movable(draftFaults(draft, models), draft))) mutate({ sent: draft, version });
    else setTriedCount((before) => before + 1);
  };

  const conflict = error instanceof Conflict ? (error as Conflict<Job>) : undefined;
  const isRefused = error instanceof DroverError && error.faults.length > 0 && variables !== undefined;
  const told = isRefused ? movable(refusedFaults(error, variables.sent), variables.sent) : ownFaults;
  return {
    draft,
    setDraft,
    faults: inPlace(told, draft),
    error: conflict === undefined ? error : null,
    /** What became of it meanwhile. */
    theirs: conflict?.theirs,
    isPending,
    heldCount,
    triedCount,
    onBroken,
    submit,
  };
}

/** What the API says is wrong, where the form has its fields. */
function refusedFaults(error: DroverError, draft: JobDraft): Fault[] {
  return error.code === 'args_invalid' ? shiftedFaults(error.faults, draft) : [...error.faults];
}

/** Lines may be moved after they were judged: a fault names its line by its key, and is shown where that is now. */
function movable(faults: readonly Fault[], { lines }: JobDraft): Fault[] {
  return faults.map((fault) => ({
    ...fault,
    pointer: fault.pointer.replace(/^\/lines\/(\d+)/, (said, index: string) => {
      const line = lines[Number(index)];
      return line === undefined ? said : `/lines/${line.key}`;
    }),
  }));
}

function inPlace(faults: readonly Fault[], { lines }: JobDraft): Fault[] {
  const keys = new Set(lines.map(({ key }) => key));
  return faults.filter(({ pointer }) => {
    const [, key] = /^\/lines\/(line-\d+)/.exec(pointer) ?? [];
    return key === undefined || keys.has(key);
  });
}

/** @throws Conflict with the job as it is now */
async function save(draft: JobDraft, edited: Job | undefined, version: number | undefined): Promise<Job> {
  const request = jobRequestOf(draft);
  if (edited === undefined) return cluster.jobs.create(request);
  return replaced(
    () => cluster.jobs.replace(edited.id, request, { version }),
    () => cluster.jobs.get(edited.id),
  );
}
