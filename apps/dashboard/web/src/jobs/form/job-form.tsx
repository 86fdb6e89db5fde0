import type { Job, ModelInfo } from '@drover/core';
import { Stack } from '@mantine/core';
import { linkOptions, useNavigate } from '@tanstack/react-router';
import { type FormEvent, useEffect, useRef } from 'react';
import { NotSaved } from '../../saving/not-saved.tsx';
import { SaveButtons } from '../../saving/save-buttons.tsx';
import { messageAt } from '../../schedules/form/faults.ts';
import { Section } from '../../section.tsx';
import { ConditionSection } from './condition-section.tsx';
import { HeadFields } from './head-fields.tsx';
import { jobDifferencesOf } from './job-differences.ts';
import type { JobDraft } from './job-draft.ts';
import { areAllShown } from './job-faults.ts';
import { LinesSection } from './lines-section.tsx';
import { useJobForm } from './use-job-form.ts';

type Props = {
  draft: JobDraft;
  edited: Job | undefined;
  models: readonly ModelInfo[];
  /** Begins anew with the job as others made it. */
  onReload: (job: Job) => void;
};

/** What a job is, its lines, and when a schedule may run it. */
export function JobForm({ draft: first, edited, models, onReload }: Props) {
  const navigate = useNavigate();
  const form = useJobForm({ draft: first, edited, models }, ({ id }) => {
    void navigate({ to: '/jobs/$id', params: { id } });
  });
  const ref = useRef<HTMLFormElement>(null);
  const { draft, setDraft, faults, triedCount } = form;
  const set = (change: Partial<JobDraft>) => setDraft((before) => ({ ...before, ...change }));
  const errorOf = (pointer: string) => messageAt(faults, pointer);

  useEffect(() => {
    if (triedCount === 0) return;
    // Lines with faults open first.
    const frame = requestAnimationFrame(() =>
      ref.current?.querySelector<HTMLElement>('[aria-invalid="true"]')?.focus(),
    );
    return () => cancelAnimationFrame(frame);
  }, [triedCount]);

  const submit = (event: FormEvent) => {
    event.preventDefault();
    form.submit();
  };
  return (
    <form ref={ref} onSubmit={submit} noValidate aria-label="Job">
      <Stack gap="md">
        <Section title="What it is">
          <HeadFields draft={draft} isNew={edited === undefined} set={set} errorOf={errorOf} />
        </Section>
        <LinesSection
          lines={draft.lines}
          timeZone={draft.timeZone}
          models={models}
          faults={faults}
          opened={edited === undefined && first.name === '' ? first.lines.map(({ key }) => key) : []}
          triedCount={triedCount}
          onChange={(change) => setDraft((before) => ({ ...before, lines: change(before.lines) }))}
          onBroken={form.onBroken}
        />
        <ConditionSection
          condition={draft.condition}
          timeZone={draft.timeZone}
          models={models}
          faults={faults}
          onChange={(condition) => set({ condition })}
          onBroken={form.onBroken}
        />
        <NotSaved
          form={form}
          areFaultsShown={areAllShown(faults)}
          differencesOf={(theirs) => (edited === undefined ? [] : jobDifferencesOf(edited, theirs))}
          onReload={onReload}
        />
        <SaveButtons
          what="job"
          isNew={edited === undefined}
          isPending={form.isPending}
          back={
            edited === undefined
              ? linkOptions({ to: '/jobs' })
              : linkOptions({ to: '/jobs/$id', params: { id: edited.id } })
          }
        />
      </Stack>
    </form>
  );
}
