import type { MethodInfo, Task } from '@drover/core';
import { Button, Group, Stack } from '@mantine/core';
import { IconAlertCircle, IconPlayerPlay } from '@tabler/icons-react';
import { useNavigate } from '@tanstack/react-router';
import { type FormEvent, useEffect, useRef } from 'react';
import { isUnder } from '../fault.ts';
import { Notice } from '../notice.tsx';
import { ProblemNotice } from '../problem.tsx';
import { useMay } from '../session/session.ts';
import { ArgumentsSection } from './arguments-section.tsx';
import { CurlPanel } from './curl-panel.tsx';
import { MethodFacts } from './method-facts.tsx';
import { OptionsSection } from './options-section.tsx';
import classes from './run.module.css';
import { useRun } from './use-run.ts';

/** Arguments and options of one method, and what they come to. */
export function MethodForm({ method, source }: { method: MethodInfo; source: Task | undefined }) {
  const navigate = useNavigate();
  const canRun = useMay('enqueue');
  const run = useRun(method, source, ({ id }) => void navigate({ to: '/tasks/$id', params: { id } }));
  const form = useRef<HTMLFormElement>(null);

  useEffect(() => {
    if (run.heldCount > 0 || run.error !== null)
      form.current?.querySelector<HTMLElement>('[aria-invalid="true"]')?.focus();
  }, [run.heldCount, run.error]);

  const submit = (event: FormEvent) => {
    event.preventDefault();
    run.submit();
  };
  const hasShownAll =
    run.faults.length > 0 && run.faults.every((fault) => shownFields.some((field) => isUnder(fault, field)));
  return (
    <div className={classes.columns}>
      <form ref={form} onSubmit={submit} noValidate aria-label={`Run ${method.model}.${method.method}`}>
        <Stack gap="md">
          <ArgumentsSection
            method={method}
            draft={run.draft}
            faults={run.faults}
            onChange={run.setDraft}
            onBroken={run.onBroken}
          />
          <OptionsSection method={method} options={run.options} faults={run.faults} onChange={run.setOptions} />
          {run.error !== null && <ProblemNotice error={run.error} skipFaults={hasShownAll} />}
          {run.heldCount > 0 && (
            <Notice role="alert" tone="red" icon={IconAlertCircle}>
              Not sent: some arguments do not fit the method. They are marked above.
            </Notice>
          )}
          <Group>
            <Button
              type="submit"
              size="md"
              loading={run.isPending}
              disabled={!canRun}
              leftSection={<IconPlayerPlay size={18} aria-hidden />}
            >
              {run.options.when === 'now' ? 'Run' : 'Schedule'}
            </Button>
            {!canRun && <span>Your key may not enqueue tasks.</span>}
          </Group>
        </Stack>
      </form>
      <div className={classes.beside}>
        <Stack gap="md">
          <CurlPanel request={run.request} />
          <MethodFacts method={method} />
        </Stack>
      </div>
    </div>
  );
}

/** The fields of the request that have a place on this page, where their faults are shown. */
const shownFields = [
  'args',
  'kwargs',
  'name',
  'queue',
  'priority',
  'runAt',
  'delaySeconds',
  'expiresAt',
  'maxRetries',
  'timeoutSeconds',
  'tags',
  'user',
  'company',
];
