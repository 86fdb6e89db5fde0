import type { Job, ModelInfo } from '@drover/core';
import { Button, Group, Stack } from '@mantine/core';
import { IconAlertCircle, IconDeviceFloppy } from '@tabler/icons-react';
import { useNavigate } from '@tanstack/react-router';
import { type FormEvent, useEffect, useRef } from 'react';
import { Notice } from '../../notice.tsx';
import { ButtonLink } from '../../page-link.tsx';
import { ProblemNotice } from '../../problem.tsx';
import { ConflictNotice } from '../../schedules/form/conflict-notice.tsx';
import { messageAt } from '../../schedules/form/faults.ts';
import { Section } from '../../section.tsx';
import { useMay } from '../../session/session.ts';
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
  const { draft, setDraft, faults, error, heldCount, triedCount } = form;
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
        {error !== null && <ProblemNotice error={error} skipFaults={areAllShown(faults)} />}
        {form.theirs !== undefined && edited !== undefined && (
          <ConflictNotice
            differences={jobDifferencesOf(edited, form.theirs)}
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

function Buttons({ edited, isPending }: { edited: Job | undefined; isPending: boolean }) {
  const isAdmin = useMay('admin');
  const look = { size: 'md', variant: 'default' } as const;
  return (
    <Group>
      <Button
        type="submit"
        size="md"
        loading={isPending}
        disabled={!isAdmin}
        leftSection={<IconDeviceFloppy size={18} aria-hidden />}
      >
        {edited === undefined ? 'Make the job' : 'Save'}
      </Button>
      {edited === undefined ? (
        <ButtonLink {...look} to="/jobs">
          Not now
        </ButtonLink>
      ) : (
        <ButtonLink {...look} to="/jobs/$id" params={{ id: edited.id }}>
          Not now
        </ButtonLink>
      )}
      {!isAdmin && <span>Your key may not change jobs: that takes the scope “admin”.</span>}
    </Group>
  );
}
