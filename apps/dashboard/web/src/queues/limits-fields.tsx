import { Fieldset, NumberInput, SimpleGrid, Text } from '@mantine/core';
import type { Draft, DraftFaults, DraftField } from './limits-draft.ts';
import classes from './queues.module.css';

type Props = { draft: Draft; faults: DraftFaults; onChange: (draft: Draft) => void };

type Words = { label: string; placeholder: string; description?: string; isWhole?: boolean };

const words: Record<DraftField, Words> = {
  concurrency: {
    label: 'Tasks at a time',
    description: 'So many of the queue run at once, on all workers together.',
    placeholder: 'no limit',
    isWhole: true,
  },
  keyConcurrency: {
    label: 'Tasks at a time of one key',
    description: 'The key of a task is its concurrency key, else its company. Keys then take turns.',
    placeholder: 'no limit',
    isWhole: true,
  },
  tasks: { label: 'Tasks', placeholder: 'no rate', isWhole: true },
  seconds: { label: 'Seconds', placeholder: '1' },
  burst: { label: 'At once', placeholder: '1', isWhole: true },
  doneDays: { label: 'Done ones, days', placeholder: 'as the cluster' },
  otherDays: { label: 'Others, days', placeholder: 'as the cluster' },
};

/** Every field may be empty: then nothing bounds the queue there. */
export function LimitsFields({ draft, faults, onChange }: Props) {
  const field = (name: DraftField) => {
    const { isWhole = false, ...face } = words[name];
    return (
      <NumberInput
        {...face}
        inputWrapperOrder={['label', 'input', 'description', 'error']}
        hideControls
        min={0}
        allowDecimal={!isWhole}
        allowNegative={false}
        value={draft[name]}
        error={faults[name]}
        onChange={(value) => onChange({ ...draft, [name]: value })}
      />
    );
  };
  return (
    <>
      <Text size="sm">A field that is left empty sets no limit. Changes count at once; begun tasks go on.</Text>
      <SimpleGrid cols={{ base: 1, xs: 2 }}>
        {field('concurrency')}
        {field('keyConcurrency')}
      </SimpleGrid>
      <Fieldset legend="How fast tasks begin" className={classes.group}>
        <SimpleGrid cols={3} spacing="sm">
          {field('tasks')}
          {field('seconds')}
          {field('burst')}
        </SimpleGrid>
        <Text size="xs" c="dimmed" mt="xs">
          So many tasks begin in so many seconds, evenly. After a rest, a few may begin at once.
        </Text>
      </Fieldset>
      <Fieldset legend="Kept when finished" className={classes.group}>
        <SimpleGrid cols={{ base: 1, xs: 2 }} spacing="sm">
          {field('doneDays')}
          {field('otherDays')}
        </SimpleGrid>
        <Text size="xs" c="dimmed" mt="xs">
          Others are those in error, cancelled, or waiting for a person. 0 keeps them no longer than the next clean-up.
        </Text>
      </Fieldset>
    </>
  );
}
