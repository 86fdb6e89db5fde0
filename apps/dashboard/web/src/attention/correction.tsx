import type { MethodInfo, Task } from '@drover/core';
import { Button, List, Stack, Text } from '@mantine/core';
import { IconAlertCircle, IconRefreshAlert } from '@tabler/icons-react';
import { useEffect, useRef } from 'react';
import { Notice } from '../notice.tsx';
import { ArgumentTexts } from '../run/argument-texts.tsx';
import { ArgumentsSection } from '../run/arguments-section.tsx';
import { Section } from '../section.tsx';
import { isSame } from './correction.ts';
import { DecisionButtons } from './decision-buttons.tsx';
import { DecisionDialog } from './decision-dialog.tsx';
import { useCorrection } from './use-correction.ts';

type Props = {
  /** What the form was filled from. */
  start: Task;
  /** What is known of it now. */
  task: Task;
  /** Undefined: its arguments are put right as JSON. */
  method: MethodInfo | undefined;
  /** Why nothing is known of its arguments, where that is so. */
  gap: string | undefined;
  onRestart: () => void;
  onSaved: (task: Task) => void;
  onLeave: () => void;
};

/** The arguments, to be put right, and what may be decided. */
export function Correction({ start, task, method, gap, onRestart, onSaved, onLeave }: Props) {
  const correction = useCorrection({ start, method, onSaved, onLeave });
  const { draft, setDraft, faults, refusals, onBroken, asked } = correction;
  const form = useRef<HTMLFormElement>(null);
  useEffect(() => {
    if (refusals > 0) form.current?.querySelector<HTMLElement>('[aria-invalid="true"]')?.focus();
  }, [refusals]);
  const isOutdated = !isSame(start.args, task.args) || !isSame(start.kwargs, task.kwargs);
  return (
    <form
      ref={form}
      noValidate
      aria-label={`Decide about ${task.name}`}
      onSubmit={(event) => {
        event.preventDefault();
        correction.ask(correction.isChanged ? 'save-and-retry' : 'retry');
      }}
    >
      <Stack gap="md">
        {method !== undefined && (
          <ArgumentsSection method={method} draft={draft} faults={faults} onChange={setDraft} onBroken={onBroken} />
        )}
        {method === undefined && draft.mode === 'json' && (
          <Section title="Arguments">
            {gap !== undefined && (
              <Text size="sm" c="dimmed" mb="sm">
                {gap}
              </Text>
            )}
            <ArgumentTexts draft={draft} faults={faults} onChange={setDraft} />
          </Section>
        )}
        {isOutdated && <Outdated onRestart={onRestart} />}
        {refusals > 0 && (
          <Notice role="alert" tone="red" icon={IconAlertCircle} title="Not saved: these arguments do not fit">
            <List size="sm" c="var(--mantine-color-text)">
              {faults.map(({ pointer, message }) => (
                <List.Item key={`${pointer} ${message}`}>
                  <span className="mono">{pointer}</span> {message}
                </List.Item>
              ))}
            </List>
          </Notice>
        )}
        <DecisionButtons isChanged={correction.isChanged} onAsk={correction.ask} onDiscard={onRestart} />
      </Stack>
      {asked !== undefined && (
        <DecisionDialog
          key={asked}
          decision={asked}
          isChanged={correction.isChanged}
          isPending={correction.isPending}
          error={correction.error}
          onConfirm={(comment) => correction.confirm(asked, comment)}
          onClose={correction.close}
        />
      )}
    </form>
  );
}

function Outdated({ onRestart }: { onRestart: () => void }) {
  return (
    <Notice role="alert" tone="amber" icon={IconRefreshAlert} title="Somebody else has changed the arguments">
      <Text size="sm" c="var(--mantine-color-text)">
        The form still shows those from before. Saving it would take that change back.
      </Text>
      <Button mt="sm" size="xs" variant="default" onClick={onRestart}>
        Show the new ones
      </Button>
    </Notice>
  );
}
