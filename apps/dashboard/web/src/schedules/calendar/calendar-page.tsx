import { Button, EmptyState, Skeleton, Stack, VisuallyHidden } from '@mantine/core';
import { useMediaQuery } from '@mantine/hooks';
import { IconCalendar, IconCalendarOff, IconClockExclamation, IconList, IconRepeat } from '@tabler/icons-react';
import { useQuery } from '@tanstack/react-query';
import { getRouteApi } from '@tanstack/react-router';
import { useMemo } from 'react';
import { useMinute } from '../../moment.tsx';
import { Notice } from '../../notice.tsx';
import { Page } from '../../page.tsx';
import { ButtonLink } from '../../page-link.tsx';
import { QueryPart } from '../../query-part.tsx';
import { Section } from '../../section.tsx';
import classes from './calendar.module.css';
import { CalendarControls } from './calendar-controls.tsx';
import { type Choice, chosenBy } from './calendar-search.ts';
import { Collisions } from './collisions.tsx';
import { DayPicture, DayStrip } from './day-picture.tsx';
import { DenseList } from './dense-list.tsx';
import { FireTable } from './fire-table.tsx';
import { clockWords, periodWords } from './period-words.ts';
import { type Answer, calendarQuery, type Sheet, sheetOf } from './sheet.ts';
import { Summary } from './summary.tsx';
import { WeekPicture } from './week-picture.tsx';

const route = getRouteApi('/inside/schedules/calendar');

/** When all schedules fire: a day, or a week. What is shown stands in the address. */
export function CalendarPage() {
  const choice = chosenBy(route.useSearch(), useMinute());
  const query = useQuery(calendarQuery(choice));
  return (
    <Page
      title="Calendar"
      subtitle="When schedules fire, and which of them at the same time."
      actions={
        <ButtonLink to="/schedules" variant="default" leftSection={<IconRepeat size={16} aria-hidden />}>
          All schedules
        </ButtonLink>
      }
    >
      <Stack gap="md">
        <CalendarControls choice={choice} />
        <VisuallyHidden role="status">{query.isPlaceholderData ? 'Loading' : ''}</VisuallyHidden>
        <QueryPart query={query} skeleton={<CalendarSkeleton />}>
          {(answer) => (
            <div aria-busy={query.isPlaceholderData} style={{ opacity: query.isPlaceholderData ? 0.6 : 1 }}>
              <Content answer={answer} choice={choice} />
            </div>
          )}
        </QueryPart>
      </Stack>
    </Page>
  );
}

function Content({ answer, choice: { q, isList } }: { answer: Answer; choice: Choice }) {
  const sheet = useMemo(() => sheetOf(answer, q), [answer, q]);
  const { view, from, to, entries, dense, isMore } = sheet;
  const clock = view === 'day' ? clockWords(to - from) : undefined;
  return (
    <Stack gap="md">
      {clock !== undefined && (
        <Notice tone="amber" role="note" icon={IconClockExclamation}>
          {clock}
        </Notice>
      )}
      {isMore && (
        <Notice tone="amber" role="note" icon={IconCalendarOff}>
          There are more schedules than a calendar shows. The others are missing here.
        </Notice>
      )}
      {entries.length > 0 ? <Drawn sheet={sheet} isList={isList} /> : <Nothing sheet={sheet} q={q} />}
      {dense.length > 0 && <DenseList dense={dense} view={view} />}
    </Stack>
  );
}

function Drawn({ sheet, isList }: { sheet: Sheet; isList: boolean }) {
  const navigate = route.useNavigate();
  const isNarrow = useMediaQuery('(max-width: 61.99em)', false, { getInitialValueInEffect: false });
  const { view, dates } = sheet;
  // A day on a narrow screen has room for a strip only.
  const isStrip = view === 'day' && isNarrow;
  const isTable = isList || isStrip;
  const toggle = () =>
    void navigate({ search: (before) => ({ ...before, as: isList ? undefined : 'list' }), resetScroll: false });
  const Icon = isTable ? IconCalendar : IconList;
  const aside = !isStrip && (
    <Button variant="default" size="compact-sm" leftSection={<Icon size={15} aria-hidden />} onClick={toggle}>
      {isTable ? 'Show as calendar' : 'Show as list'}
    </Button>
  );
  const collisions = <Collisions key={`${dates[0]} ${isTable}`} sheet={sheet} first={isTable ? 3 : 10} />;
  return (
    <>
      {isTable && collisions}
      <Section title={periodWords(dates)} aside={aside} isFlush>
        <div className={classes.summary}>
          <Summary sheet={sheet} />
        </div>
        {isStrip && <DayStrip sheet={sheet} />}
        {isTable ? (
          <FireTable key={dates[0]} sheet={sheet} />
        ) : view === 'day' ? (
          <DayPicture sheet={sheet} />
        ) : (
          <WeekPicture sheet={sheet} isNarrow={isNarrow} />
        )}
      </Section>
      {!isTable && collisions}
    </>
  );
}

function Nothing({ sheet: { view, dates, zone, dense }, q }: { sheet: Sheet; q: string }) {
  const words = q === '' ? '' : ` whose name holds “${q}”`;
  return (
    <Section title={periodWords(dates)}>
      <EmptyState
        p="lg"
        icon={<IconCalendarOff aria-hidden />}
        title={`Nothing ${dense.length > 0 ? 'else ' : ''}fires this ${view}`}
        description={`No schedule${words} has a time in it. Days are those of ${zone.replaceAll('_', ' ')}.`}
      />
    </Section>
  );
}

function CalendarSkeleton() {
  return (
    <Stack gap="md">
      <Skeleton height={420} radius="lg" />
      <Skeleton height={120} radius="lg" />
    </Stack>
  );
}
