import { type FrequencyUnit, limits, type Weekday } from '@drover/core';
import { Chip, Group, Input, NumberInput, Select, Stack, TextInput } from '@mantine/core';
import classes from './form.module.css';
import { partsOf } from './rule-draft.ts';
import type { RuleFieldProps } from './timing-fields.tsx';

const units: { value: FrequencyUnit; label: string; one: string; many: string }[] = [
  { value: 'seconds', label: 'Every n seconds', one: 'second', many: 'seconds' },
  { value: 'minutes', label: 'Every n minutes', one: 'minute', many: 'minutes' },
  { value: 'hourly', label: 'Hourly', one: 'hour', many: 'hours' },
  { value: 'daily', label: 'Daily', one: 'day', many: 'days' },
  { value: 'weekly', label: 'Weekly', one: 'week', many: 'weeks' },
  { value: 'monthly', label: 'Monthly', one: 'month', many: 'months' },
  { value: 'cron', label: 'By a cron expression', one: '', many: '' },
];

/** How often, a field for each part that the unit has. */
export function FrequencyFields({ rule, set, errorOf }: RuleFieldProps) {
  const has = partsOf[rule.every];
  // Days of the week have a line of their own.
  const fields = 1 + has.filter((part) => part !== 'weekdays').length;
  return (
    <Stack gap="md">
      <div className={classes.frequency} data-fields={fields}>
        <Select
          label="Frequency"
          allowDeselect={false}
          data={units.map(({ value, label }) => ({ value, label }))}
          value={rule.every}
          error={errorOf('/frequency/every')}
          onChange={(every) => every !== null && set({ every: every as FrequencyUnit })}
        />
        {has.includes('interval') && <Interval rule={rule} set={set} errorOf={errorOf} />}
        {has.includes('monthDay') && <MonthDay rule={rule} set={set} errorOf={errorOf} />}
        {has.includes('at') && (
          <TextInput
            type="time"
            step={1}
            label="At"
            description={rule.at === '' ? 'Left empty: the time of the start.' : undefined}
            inputWrapperOrder={['label', 'input', 'description', 'error']}
            value={rule.at}
            error={errorOf('/frequency/at')}
            onChange={(event) => set({ at: event.currentTarget.value })}
          />
        )}
      </div>
      {has.includes('weekdays') && <Weekdays rule={rule} set={set} errorOf={errorOf} />}
      {has.includes('cron') && <Cron rule={rule} set={set} errorOf={errorOf} />}
    </Stack>
  );
}

function Interval({ rule, set, errorOf }: RuleFieldProps) {
  const { one, many } = units.find(({ value }) => value === rule.every) ?? { one: '', many: '' };
  const unit = rule.interval === '' || rule.interval === 1 ? one : many;
  return (
    <NumberInput
      label="Every"
      suffix={` ${unit}`}
      placeholder={`1 ${one}`}
      min={1}
      max={limits.scheduleInterval}
      allowDecimal={false}
      value={rule.interval}
      error={errorOf('/frequency/interval')}
      onChange={(interval) => set({ interval })}
    />
  );
}

const weekdays: { value: Weekday; short: string; long: string }[] = [
  { value: 'MO', short: 'Mon', long: 'Monday' },
  { value: 'TU', short: 'Tue', long: 'Tuesday' },
  { value: 'WE', short: 'Wed', long: 'Wednesday' },
  { value: 'TH', short: 'Thu', long: 'Thursday' },
  { value: 'FR', short: 'Fri', long: 'Friday' },
  { value: 'SA', short: 'Sat', long: 'Saturday' },
  { value: 'SU', short: 'Sun', long: 'Sunday' },
];

function Weekdays({ rule, set, errorOf }: RuleFieldProps) {
  const choose = (chosen: string[]) =>
    set({ weekdays: weekdays.map(({ value }) => value).filter((day) => chosen.includes(day)) });
  return (
    <Input.Wrapper
      label="On"
      labelElement="div"
      description={rule.weekdays.length === 0 ? 'None chosen: the weekday of the start.' : undefined}
      error={errorOf('/frequency/weekdays')}
      inputWrapperOrder={['label', 'input', 'description', 'error']}
    >
      <Chip.Group multiple value={rule.weekdays} onChange={choose}>
        <Group gap={6} role="group" aria-label="Weekdays">
          {weekdays.map(({ value, short, long }) => (
            <Chip key={value} value={value} size="sm" aria-label={long}>
              {short}
            </Chip>
          ))}
        </Group>
      </Chip.Group>
    </Input.Wrapper>
  );
}

const monthDays = [
  { value: '', label: 'The day of the start' },
  ...Array.from({ length: 31 }, (_, index) => ({ value: String(index + 1), label: `Day ${index + 1}` })),
  { value: 'last', label: 'The last day' },
];

function MonthDay({ rule, set, errorOf }: RuleFieldProps) {
  const isShortened = Number(rule.monthDay) > 28;
  return (
    <Select
      label="On"
      description={isShortened ? 'In a shorter month: its last day.' : undefined}
      inputWrapperOrder={['label', 'input', 'description', 'error']}
      searchable
      allowDeselect={false}
      data={monthDays}
      value={rule.monthDay}
      error={errorOf('/frequency/monthDay')}
      onChange={(monthDay) => monthDay !== null && set({ monthDay })}
    />
  );
}

function Cron({ rule, set, errorOf }: RuleFieldProps) {
  return (
    <TextInput
      label="Cron expression"
      description="Minute, hour, day of the month, month, day of the week; with seconds, they come first. Or @hourly, @daily, @weekly, @monthly, @yearly."
      inputWrapperOrder={['label', 'input', 'description', 'error']}
      classNames={{ input: 'mono' }}
      autoComplete="off"
      spellCheck={false}
      maxLength={limits.cronLength}
      value={rule.cron}
      error={errorOf('/frequency/cron')}
      onChange={(event) => set({ cron: event.currentTarget.value })}
    />
  );
}
