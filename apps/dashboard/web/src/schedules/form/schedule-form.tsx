import type { ModelInfo, Schedule } from '@drover/core';
import { Stack } from '@mantine/core';
import { linkOptions, useNavigate } from '@tanstack/react-router';
import { type FormEvent, useEffect, useRef } from 'react';
import { NameFields } from '../../saving/name-fields.tsx';
import { NotSaved } from '../../saving/not-saved.tsx';
import { SaveButtons } from '../../saving/save-buttons.tsx';
import { Section } from '../../section.tsx';
import { differencesOf } from '../differences.ts';
import { areAllShown, messageAt } from './faults.ts';
import classes from './form.module.css';
import { PolicyFields } from './policy-fields.tsx';
import { PreviewPanel } from './preview-panel.tsx';
import type { RuleDraft } from './rule-draft.ts';
import type { ScheduleDraft } from './schedule-draft.ts';
import { TaskSection } from './task-section.tsx';
import { TimingFields } from './timing-fields.tsx';
import { useScheduleForm } from './use-schedule-form.ts';

type Props = {
  draft: ScheduleDraft;
  edited: Schedule | undefined;
  models: readonly ModelInfo[];
  /** Begins anew with the schedule as others made it. */
  onReload: (schedule: Schedule) => void;
};

/** Name, rule, policies and task of a schedule; and beside them, as one types, what they come to. */
export function ScheduleForm({ draft: first, edited, models, onReload }: Props) {
  const navigate = useNavigate();
  const form = useScheduleForm({ draft: first, edited, models }, ({ id }) => {
    void navigate({ to: '/schedules/$id', params: { id } });
  });
  const ref = useRef<HTMLFormElement>(null);
  const { draft, setDraft, faults, error, heldCount } = form;
  const set = (change: Partial<ScheduleDraft>) => setDraft((before) => ({ ...before, ...change }));
  const setRule = (change: Partial<RuleDraft>) =>
    setDraft((before) => ({ ...before, rule: { ...before.rule, ...change } }));
  const errorOf = (pointer: string) => messageAt(faults, pointer);

  useEffect(() => {
    if (heldCount > 0 || error !== null) ref.current?.querySelector<HTMLElement>('[aria-invalid="true"]')?.focus();
  }, [heldCount, error]);

  const submit = (event: FormEvent) => {
    event.preventDefault();
    form.submit();
  };
  return (
    <form ref={ref} onSubmit={submit} noValidate className={classes.form} aria-label="Schedule">
      <Stack gap="md" miw={0}>
        <Section title="What it is">
          <Stack gap="sm">
            <NameFields draft={draft} set={set} errorOf={errorOf} />
          </Stack>
        </Section>
        <Section title="Times">
          <TimingFields rule={draft.rule} set={setRule} errorOf={errorOf} />
        </Section>
      </Stack>
      <div className={classes.beside}>
        <PreviewPanel preview={form.preview} timing={draft.rule.timing} />
      </div>
      <Stack gap="md" className={classes.rest}>
        <TaskSection
          task={draft.task}
          method={form.method}
          models={models}
          faults={faults}
          onChange={(task) => set({ task })}
          onBroken={form.onBroken}
          scheduleName={draft.name}
        />
        <Section title="When something comes between">
          <PolicyFields draft={draft} set={set} errorOf={errorOf} />
        </Section>
        <NotSaved
          form={form}
          areFaultsShown={areAllShown(faults)}
          differencesOf={(theirs) => (edited === undefined ? [] : differencesOf(edited, theirs))}
          onReload={onReload}
        />
        <SaveButtons
          what="schedule"
          isNew={edited === undefined}
          isPending={form.isPending}
          back={
            edited === undefined
              ? linkOptions({ to: '/schedules' })
              : linkOptions({ to: '/schedules/$id', params: { id: edited.id } })
          }
        />
      </Stack>
    </form>
  );
}
