import { limits, type ModelInfo, type Schedule } from '@drover/core';
import { Button, Group, Stack, Textarea, TextInput } from '@mantine/core';
import { IconAlertCircle, IconDeviceFloppy } from '@tabler/icons-react';
import { useNavigate } from '@tanstack/react-router';
import { type FormEvent, useEffect, useRef } from 'react';
import { Notice } from '../../notice.tsx';
import { ButtonLink } from '../../page-link.tsx';
import { ProblemNotice } from '../../problem.tsx';
import { Section } from '../../section.tsx';
import { useMay } from '../../session/session.ts';
import { differencesOf } from '../differences.ts';
import { ConflictNotice } from './conflict-notice.tsx';
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
          <NameFields draft={draft} set={set} errorOf={errorOf} />
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
        {error !== null && <ProblemNotice error={error} skipFaults={areAllShown(faults)} />}
        {form.theirs !== undefined && edited !== undefined && (
          <ConflictNotice
            differences={differencesOf(edited, form.theirs)}
            theirs={form.theirs}
            isPending={form.isPending}
            onReload={() => form.theirs !== undefined && onReload(form.theirs)}
            onOverwrite={() => form.submit(form.theirs?.version)}
          />
        )}
        {heldCount > 0 && (
          <Notice role="alert" tone="red" icon={IconAlertCircle}>
            Not saved: what is missing or does not fit is marked above.
          </Notice>
        )}
        <Buttons edited={edited} isPending={form.isPending} />
      </Stack>
    </form>
  );
}

type NameProps = {
  draft: ScheduleDraft;
  set: (change: Partial<ScheduleDraft>) => void;
  errorOf: (pointer: string) => string | undefined;
};

function NameFields({ draft, set, errorOf }: NameProps) {
  return (
    <Stack gap="sm">
      <TextInput
        label="Name"
        required
        maxLength={limits.nameLength}
        value={draft.name}
        error={errorOf('/name')}
        onChange={(event) => set({ name: event.currentTarget.value })}
      />
      <Textarea
        label="Description"
        description="What it is for. May be left out."
        inputWrapperOrder={['label', 'input', 'description', 'error']}
        autosize
        minRows={1}
        maxRows={6}
        maxLength={limits.commentLength}
        value={draft.description}
        error={errorOf('/description')}
        onChange={(event) => set({ description: event.currentTarget.value })}
      />
    </Stack>
  );
}

function Buttons({ edited, isPending }: { edited: Schedule | undefined; isPending: boolean }) {
  const isAdmin = useMay('admin');
  return (
    <Group>
      <Button
        type="submit"
        size="md"
        loading={isPending}
        disabled={!isAdmin}
        leftSection={<IconDeviceFloppy size={18} aria-hidden />}
      >
        {edited === undefined ? 'Make the schedule' : 'Save'}
      </Button>
      {edited === undefined ? (
        <ButtonLink to="/schedules" size="md" variant="default">
          Not now
        </ButtonLink>
      ) : (
        <ButtonLink to="/schedules/$id" params={{ id: edited.id }} size="md" variant="default">
          Not now
        </ButtonLink>
      )}
      {!isAdmin && <span>Your key may not change schedules: that takes the scope “admin”.</span>}
    </Group>
  );
}
