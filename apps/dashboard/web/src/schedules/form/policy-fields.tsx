import { limits, type MissedPolicy, type OverlapPolicy } from '@drover/core';
import { NumberInput, Select, SimpleGrid } from '@mantine/core';
import { missedWords, overlapWords } from '../schedule-looks.ts';
import type { ScheduleDraft } from './schedule-draft.ts';

type Props = {
  draft: ScheduleDraft;
  set: (change: Partial<ScheduleDraft>) => void;
  errorOf: (pointer: string) => string | undefined;
};

const missed = Object.entries(missedWords).map(([value, { label }]) => ({ value, label }));
const overlaps = Object.entries(overlapWords).map(([value, { label }]) => ({ value, label }));

/** What happens when a time went by, when the task before has not ended, and when its tasks fail. */
export function PolicyFields({ draft, set, errorOf }: Props) {
  return (
    <SimpleGrid cols={{ base: 1, xs: 2 }}>
      <Select
        label="Missed times"
        description={missedWords[draft.missed].means}
        inputWrapperOrder={['label', 'input', 'description', 'error']}
        allowDeselect={false}
        data={missed}
        value={draft.missed}
        error={errorOf('/missed')}
        onChange={(chosen) => chosen !== null && set({ missed: chosen as MissedPolicy })}
      />
      <Select
        label="Still running at the next fire"
        description={overlapWords[draft.overlap].means}
        inputWrapperOrder={['label', 'input', 'description', 'error']}
        allowDeselect={false}
        data={overlaps}
        value={draft.overlap}
        error={errorOf('/overlap')}
        onChange={(chosen) => chosen !== null && set({ overlap: chosen as OverlapPolicy })}
      />
      <NumberInput
        label="Pause after failures in a row"
        description="A failed task alone never ends its schedule."
        inputWrapperOrder={['label', 'input', 'description', 'error']}
        placeholder="Never"
        min={1}
        max={limits.scheduleFailures}
        allowDecimal={false}
        value={draft.pauseAfterFailures}
        error={errorOf('/pauseAfterFailures')}
        onChange={(pauseAfterFailures) => set({ pauseAfterFailures })}
      />
    </SimpleGrid>
  );
}
