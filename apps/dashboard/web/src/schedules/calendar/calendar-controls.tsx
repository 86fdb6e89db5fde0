import { limits } from '@drover/core';
import { SegmentedControl, TextInput } from '@mantine/core';
import { IconChevronLeft, IconChevronRight, IconSearch } from '@tabler/icons-react';
import { getRouteApi } from '@tanstack/react-router';
import { ButtonLink } from '../../page-link.tsx';
import { useDraft } from '../../search/use-draft.ts';
import { ZoneSelect } from '../../zone-select.tsx';
import classes from './calendar.module.css';
import { type CalendarSearch, type Choice, isDay, stepped } from './calendar-search.ts';

const route = getRouteApi('/inside/schedules/calendar');

/** Which days are shown, as which zone has them, and of which schedules. */
export function CalendarControls({ choice }: { choice: Choice }) {
  const navigate = route.useNavigate();
  const { view, date, zone, q } = choice;
  const set = (change: Partial<CalendarSearch>, replace = false) =>
    void navigate({ search: (before) => ({ ...before, ...change }), replace, resetScroll: false });
  return (
    <search className={classes.controls} aria-label="What the calendar shows">
      <Steps choice={choice} />
      <DateField date={date} onChange={(chosen) => set({ date: chosen })} />
      <SegmentedControl
        aria-label="Days"
        size="xs"
        value={view}
        data={[
          { value: 'day', label: 'Day' },
          { value: 'week', label: 'Week' },
        ]}
        onChange={(chosen) => set({ view: chosen === 'week' ? 'week' : undefined })}
      />
      <ZoneSelect zone={zone} onChange={(chosen) => set({ zone: chosen })} />
      <TextInput
        type="search"
        aria-label="Filter by name"
        placeholder="Filter by name"
        size="xs"
        className={classes.words}
        maxLength={limits.searchLength}
        leftSection={<IconSearch size={15} aria-hidden />}
        value={q}
        onChange={({ currentTarget }) => set({ q: currentTarget.value === '' ? undefined : currentTarget.value }, true)}
      />
    </search>
  );
}

/** One day or week back, to today, one further. */
function Steps({ choice }: { choice: Choice }) {
  const search = route.useSearch();
  const link = { to: '/schedules/calendar', variant: 'default', size: 'xs', resetScroll: false } as const;
  const to = (steps: number) => ({ ...search, date: stepped(choice, steps) });
  return (
    <div className={classes.steps}>
      <ButtonLink {...link} px={7} search={to(-1)} aria-label={`Previous ${choice.view}`}>
        <IconChevronLeft size={16} aria-hidden />
      </ButtonLink>
      <ButtonLink {...link} search={{ ...search, date: undefined }}>
        Today
      </ButtonLink>
      <ButtonLink {...link} px={7} search={to(1)} aria-label={`Next ${choice.view}`}>
        <IconChevronRight size={16} aria-hidden />
      </ButtonLink>
    </div>
  );
}

/** The browser's own picker. A day counts as soon as it is one: a year half typed is none. */
function DateField({ date, onChange }: { date: string; onChange: (date: string) => void }) {
  const { text, write, commit } = useDraft(date, (said) => isDay(said) && onChange(said));
  return (
    <TextInput
      type="date"
      aria-label="Date"
      size="xs"
      value={text}
      onChange={({ currentTarget: { value } }) => (isDay(value) ? commit(value) : write(value))}
      onBlur={() => write(date)}
    />
  );
}
