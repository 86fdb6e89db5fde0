import { DroverError } from '@drover/client';
import type { Fault, ModelInfo, Schedule } from '@drover/core';
import { notifications } from '@mantine/notifications';
import { useMutation } from '@tanstack/react-query';
import { useMemo, useState } from 'react';
import { cluster } from '../../cluster.ts';
import { Conflict, replaced } from '../../saving/conflict.ts';
import { useOwnFaults } from '../../saving/use-own-faults.ts';
import { useScheduleUpdate } from '../use-schedule-update.ts';
import { currentFaults } from './faults.ts';
import { ruleOf } from './rule-draft.ts';
import { type ScheduleDraft, scheduleRequestOf } from './schedule-draft.ts';
import { methodOf, templateFaults } from './template-draft.ts';
import { usePreview } from './use-preview.ts';

type Start = {
  draft: ScheduleDraft;
  /** The schedule that is edited. Without one, a new one is made. */
  edited: Schedule | undefined;
  models: readonly ModelInfo[];
};

/** What a person makes of a schedule: what is typed, what it comes to, what is wrong with it, and the way to save it. */
export function useScheduleForm({ draft: first, edited, models }: Start, onSaved: (schedule: Schedule) => void) {
  const [draft, setDraft] = useState(first);
  const { ownFaults, heldCount, onBroken, judge } = useOwnFaults();
  const update = useScheduleUpdate();
  const { fullName } = draft.task;
  const method = useMemo(() => (fullName === null ? undefined : methodOf(models, fullName)), [models, fullName]);
  const preview = usePreview(ruleOf(draft.rule, edited), edited?.createdAt);

  const { mutate, reset, isPending, error } = useMutation({
    mutationFn: (version: number | undefined) => save(draft, method, edited, version),
    onSuccess: (schedule) => {
      update(schedule);
      notifications.show({ message: `${schedule.name} is saved.` });
      onSaved(schedule);
    },
  });

  const submit = (version = edited?.version) => {
    reset();
    if (judge(faultsOf(draft, method))) mutate(version);
  };

  const conflict = error instanceof Conflict ? (error as Conflict<Schedule>) : undefined;
  const told = error instanceof DroverError && error.faults.length > 0 ? error.faults : ownFaults;
  return {
    draft,
    setDraft,
    method,
    preview,
    faults: currentFaults(preview.faults, told),
    error: conflict === undefined ? error : null,
    /** What became of it meanwhile. */
    theirs: conflict?.theirs,
    isPending,
    heldCount,
    onBroken,
    submit,
  };
}

/** @throws Conflict with the schedule as it is now */
async function save(
  draft: ScheduleDraft,
  method: ReturnType<typeof methodOf> | undefined,
  edited: Schedule | undefined,
  version: number | undefined,
): Promise<Schedule> {
  if (method === undefined) throw new Error('no method is chosen');
  const request = scheduleRequestOf(draft, method, edited);
  if (edited === undefined) return cluster.schedules.create(request);
  return replaced(
    () => cluster.schedules.replace(edited.id, request, { version }),
    () => cluster.schedules.get(edited.id),
  );
}

/** What the page can see is wrong before the API does. Of the rule the preview tells. */
function faultsOf(draft: ScheduleDraft, method: ReturnType<typeof methodOf> | undefined): Fault[] {
  const name = draft.name.trim() === '' ? [{ pointer: '/name', message: 'Give it a name' }] : [];
  if (method === undefined) return [...name, { pointer: '/task/method', message: 'Choose what it runs' }];
  const inTask = templateFaults(draft.task, method).map(({ pointer, message }) => ({
    pointer: `/task${pointer}`,
    message,
  }));
  return [...name, ...inTask];
}
