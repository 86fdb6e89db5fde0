import type { Timing } from '@drover/core';
import { limits } from '@drover/core';
import { type InputWrapperProps, NumberInput, Radio, Select, SimpleGrid, Stack } from '@mantine/core';
import { TimeInput } from '../../time-input.tsx';
import { zonesWith } from '../../zone-select.tsx';
import classes from './form.module.css';
import { FrequencyFields } from './frequency-fields.tsx';
import type { RuleDraft } from './rule-draft.ts';

export type RuleFieldProps = {
  rule: RuleDraft;
  set: (change: Partial<RuleDraft>) => void;
  /** What is wrong at a JSON Pointer of the rule, or inside of it. */
  errorOf: (pointer: string) => string | undefined;
};

/** Words stand beneath, so that inputs beside each other stand in line. */
const order: NonNullable<InputWrapperProps['inputWrapperOrder']> = ['label', 'input', 'description', 'error'];

const timings: { value: Timing; label: string; description: string }[] = [
  {
    value: 'schedule',
    label: 'Again and again',
    description: 'Every day, every second Monday, by a cron expression …',
  },
  { value: 'later', label: 'Once, later', description: 'At one time that is to come.' },
  {
    value: 'immediately',
    label: 'Once, now',
    description: 'As soon as it is saved, and again whenever somebody reschedules it.',
  },
];

/** When it fires. */
export function TimingFields({ rule, set, errorOf }: RuleFieldProps) {
  return (
    <Stack gap="md">
      <Radio.Group
        label="Timing"
        value={rule.timing}
        error={errorOf('/timing')}
        onChange={(timing) => set({ timing: timing as Timing })}
      >
        <div className={classes.timings}>
          {timings.map(({ value, label, description }) => (
            <Radio key={value} value={value} label={label} description={description} />
          ))}
        </div>
      </Radio.Group>
      {rule.timing === 'schedule' && <FrequencyFields rule={rule} set={set} errorOf={errorOf} />}
      <SimpleGrid cols={{ base: 1, xs: 2 }}>
        <InstantFields rule={rule} set={set} errorOf={errorOf} />
        <Select
          label="Time zone"
          description="In which all times of this schedule are meant."
          inputWrapperOrder={order}
          searchable
          limit={100}
          allowDeselect={false}
          nothingFoundMessage="No such zone"
          value={rule.timeZone}
          data={zonesWith(rule.timeZone)}
          error={errorOf('/timeZone')}
          onChange={(timeZone) => timeZone !== null && set({ timeZone })}
        />
        {rule.timing === 'schedule' && (
          <NumberInput
            label="Number of fires, at most"
            description="After so many tasks it has finished."
            inputWrapperOrder={order}
            placeholder="Without end"
            min={1}
            max={limits.scheduleFires}
            allowDecimal={false}
            value={rule.maxFires}
            error={errorOf('/maxFires')}
            onChange={(maxFires) => set({ maxFires })}
          />
        )}
        <NumberInput
          label="Spread, seconds"
          description="Each fire comes up to so much later, so that not all come at once."
          inputWrapperOrder={order}
          placeholder="0"
          min={0}
          max={limits.jitterSeconds}
          value={rule.jitterSeconds}
          error={errorOf('/jitterSeconds')}
          onChange={(jitterSeconds) => set({ jitterSeconds })}
        />
      </SimpleGrid>
    </Stack>
  );
}

/** From when until when, as far as the timing has it. */
function InstantFields({ rule, set, errorOf }: RuleFieldProps) {
  const zone = rule.timeZone.replaceAll('_', ' ');
  switch (rule.timing) {
    case 'immediately':
      return null;
    case 'later':
      return (
        <>
          <TimeInput
            label="Fires"
            description={`In ${zone}.`}
            inputWrapperOrder={order}
            required
            value={rule.startAt}
            error={errorOf('/startAt')}
            onChange={(startAt) => set({ startAt })}
          />
          <TimeInput
            label="Not after"
            description={`In ${zone}. What could not fire by then is let go.`}
            inputWrapperOrder={order}
            value={rule.endAt}
            error={errorOf('/endAt')}
            onChange={(endAt) => set({ endAt })}
          />
        </>
      );
    case 'schedule':
      return (
        <>
          <TimeInput
            label="Starts"
            description={`In ${zone}. Left empty: now.`}
            inputWrapperOrder={order}
            value={rule.startAt}
            error={errorOf('/startAt')}
            onChange={(startAt) => set({ startAt })}
          />
          <TimeInput
            label="Finishes"
            description={`In ${zone}. Nothing fires after it.`}
            inputWrapperOrder={order}
            value={rule.finishAt}
            error={errorOf('/finishAt')}
            onChange={(finishAt) => set({ finishAt })}
          />
        </>
      );
    default:
      return rule.timing satisfies never;
  }
}
