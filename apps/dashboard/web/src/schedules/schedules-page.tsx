import type { Schedule } from '@drover/core';
import { EmptyState, Group, Stack } from '@mantine/core';
import { IconCalendarMonth, IconCalendarRepeat, IconFileImport, IconListSearch, IconPlus } from '@tabler/icons-react';
import { useQuery } from '@tanstack/react-query';
import { getRouteApi, linkOptions } from '@tanstack/react-router';
import { useState } from 'react';
import { Page } from '../page.tsx';
import { ButtonLink } from '../page-link.tsx';
import { isNarrowed } from '../search/address.ts';
import { FoundPart } from '../search/found-part.tsx';
import { Steps } from '../search/steps.tsx';
import { Section } from '../section.tsx';
import { useMay } from '../session/session.ts';
import { useIsWide } from '../wide-table.tsx';
import { ActionDialog } from './action-dialog.tsx';
import type { ScheduleAction } from './schedule-actions.ts';
import { ScheduleCards } from './schedule-cards.tsx';
import { ScheduleFilters } from './schedule-filters.tsx';
import { scheduleLooks } from './schedule-looks.ts';
import { pageRows, schedulesQuery } from './schedule-queries.ts';
import { ScheduleTable } from './schedule-table.tsx';
import type { SchedulesSearch } from './schedules-search.ts';
import { StateTabs } from './state-tabs.tsx';

const route = getRouteApi('/inside/schedules');

/** What fires again and again, when it did last, and when it does next. */
export function SchedulesPage() {
  const search = route.useSearch();
  const query = useQuery(schedulesQuery(search));
  const canOperate = useMay('operate');
  const isWide = useIsWide();
  const [asked, setAsked] = useState<{ action: ScheduleAction; schedule: Schedule }>();
  const onAct = canOperate ? (action: ScheduleAction, schedule: Schedule) => setAsked({ action, schedule }) : undefined;
  const Rows = isWide ? ScheduleTable : ScheduleCards;
  return (
    <Page title="Schedules" subtitle="Rules that make tasks at their times." actions={<PageActions />}>
      <Stack gap="md">
        <ScheduleFilters error={query.error} />
        <StateTabs search={search} />
        <Section title={search.state === undefined ? 'All states' : scheduleLooks[search.state].label} isFlush>
          <FoundPart query={query}>
            {({ items, nextCursor }) => (
              <>
                {items.length === 0 ? (
                  <NoSchedules search={search} hasMore={nextCursor !== null} />
                ) : (
                  <Rows schedules={items} onAct={onAct} />
                )}
                <Steps
                  cursor={search.cursor}
                  nextCursor={nextCursor}
                  link={(cursor) => linkOptions({ to: '/schedules', search: { ...search, cursor } })}
                  first="First page"
                  next={items.length < pageRows ? 'Look further' : 'Next page'}
                />
              </>
            )}
          </FoundPart>
        </Section>
      </Stack>
      {asked !== undefined && <ActionDialog {...asked} onClose={() => setAsked(undefined)} />}
    </Page>
  );
}

function PageActions() {
  const isAdmin = useMay('admin');
  return (
    <>
      <ButtonLink to="/schedules/calendar" variant="default" leftSection={<IconCalendarMonth size={16} aria-hidden />}>
        Calendar
      </ButtonLink>
      <ButtonLink to="/schedules/import" variant="default" leftSection={<IconFileImport size={16} aria-hidden />}>
        {isAdmin ? 'Import or export' : 'Export'}
      </ButtonLink>
      {isAdmin && (
        <ButtonLink to="/schedules/new" leftSection={<IconPlus size={16} aria-hidden />}>
          New schedule
        </ButtonLink>
      )}
    </>
  );
}

function NoSchedules({ search, hasMore }: { search: SchedulesSearch; hasMore: boolean }) {
  const isAdmin = useMay('admin');
  const { state, cursor } = search;
  if (hasMore) {
    return (
      <EmptyState
        p="xl"
        icon={<IconListSearch aria-hidden />}
        title="None so far"
        description="There are more schedules to look through."
      />
    );
  }
  if (isNarrowed(search) || cursor !== undefined) {
    return (
      <EmptyState
        p="xl"
        icon={<IconListSearch aria-hidden />}
        title={cursor === undefined ? 'No schedule matches' : 'No more schedules'}
        description={
          state === undefined
            ? 'Nothing fits all of the chosen filters.'
            : `${scheduleLooks[state].label}: ${scheduleLooks[state].means.toLowerCase()}.`
        }
      />
    );
  }
  return (
    <EmptyState
      p="xl"
      icon={<IconCalendarRepeat aria-hidden />}
      title="No schedules yet"
      description="A schedule makes a task at its times: every night, on the last day of the month, or once on a day to come. It is made here, over the API, or declared in code beside a model."
    >
      {isAdmin && (
        <Group justify="center">
          <ButtonLink to="/schedules/new" leftSection={<IconPlus size={16} aria-hidden />}>
            Make a schedule
          </ButtonLink>
        </Group>
      )}
    </EmptyState>
  );
}
