import { Group, NumberInput, SegmentedControl, Select, Stack } from '@mantine/core';
import { TimeInput } from '../time-input.tsx';
import type { OptionProps } from './options-section.tsx';
import { type RunOptions, unitSeconds } from './run-request.ts';

/** Now, after a while, or at a time. */
export function TimeFields({ options, set, errorOf }: OptionProps) {
  return (
    <Stack gap="sm">
      <SegmentedControl
        aria-label="When"
        value={options.when}
        onChange={(when) => set({ when: when as RunOptions['when'] })}
        data={[
          { value: 'now', label: 'Now' },
          { value: 'delay', label: 'After a while' },
          { value: 'at', label: 'At a time' },
        ]}
        style={{ alignSelf: 'start' }}
      />
      {options.when === 'delay' && (
        <Group gap="xs" align="end" wrap="nowrap" maw="22rem">
          <NumberInput
            label="Not before"
            min={0}
            value={options.delay}
            error={errorOf('delaySeconds')}
            onChange={(delay) => set({ delay })}
          />
          <Select
            aria-label="Unit"
            allowDeselect={false}
            data={Object.keys(unitSeconds)}
            value={options.delayUnit}
            onChange={(unit) => unit !== null && set({ delayUnit: unit as RunOptions['delayUnit'] })}
          />
        </Group>
      )}
      {options.when === 'at' && (
        <TimeInput
          label="Not before"
          description="In your time zone."
          maw="22rem"
          value={options.runAt}
          error={errorOf('runAt')}
          onChange={(runAt) => set({ runAt })}
        />
      )}
    </Stack>
  );
}
