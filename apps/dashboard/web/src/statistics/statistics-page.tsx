import type { Statistics, StatisticsGrouping } from '@drover/core';
import { EmptyState, Skeleton, Stack, VisuallyHidden } from '@mantine/core';
import { IconChartBar } from '@tabler/icons-react';
import { keepPreviousData, queryOptions, useQuery } from '@tanstack/react-query';
import { getRouteApi } from '@tanstack/react-router';
import { cluster } from '../cluster.ts';
import { counted } from '../count.ts';
import { Page } from '../page.tsx';
import { QueryPart } from '../query-part.tsx';
import { useIsClusterWide } from '../session/session.ts';
import { ownZone } from '../zone.ts';
import { DayChart } from './day-chart.tsx';
import { Downloads } from './downloads.tsx';
import { DurationChart } from './duration-chart.tsx';
import { usualSort } from './group-order.ts';
import { GroupTable } from './group-table.tsx';
import { RangeControls } from './range-controls.tsx';
import { usualDays } from './statistics-search.ts';
import { TotalFigures } from './total-figures.tsx';

const route = getRouteApi('/inside/statistics');

const statisticsQuery = (days: number, timeZone: string, by: StatisticsGrouping) =>
  queryOptions({
    queryKey: ['statistics', { days, timeZone, by }],
    queryFn: ({ signal }) => cluster.statistics({ days, timeZone, by }, { signal }),
    refetchInterval: 15_000,
    placeholderData: keepPreviousData,
  });

/** What the cluster did, day by day, and who did it. What is shown stands in the address. */
export function StatisticsPage() {
  const { days = usualDays, zone = ownZone(), by: asked = 'method', sort = usualSort } = route.useSearch();
  const isClusterWide = useIsClusterWide();
  // A key of one company sees that company only: there is nothing to tell apart.
  const by = asked === 'company' && !isClusterWide ? 'method' : asked;
  const query = useQuery(statisticsQuery(days, zone, by));
  const { data } = query;
  return (
    <Page
      title="Statistics"
      subtitle={`The last ${counted(days, 'day')}, today included. A task counts once, on the day it ended.`}
      actions={data !== undefined && <Downloads statistics={data} sort={sort} />}
    >
      <Stack gap="md">
        <RangeControls days={days} zone={zone} by={by} canGroupByCompany={isClusterWide} />
        <VisuallyHidden role="status">{query.isPlaceholderData ? 'Loading' : ''}</VisuallyHidden>
        <QueryPart query={query} skeleton={<StatisticsSkeleton />}>
          {(statistics) => (
            <div aria-busy={query.isPlaceholderData} style={{ opacity: query.isPlaceholderData ? 0.6 : 1 }}>
              <Shown statistics={statistics} />
            </div>
          )}
        </QueryPart>
      </Stack>
    </Page>
  );
}

function Shown({ statistics }: { statistics: Statistics }) {
  const { total, days } = statistics;
  if (total.total === 0 && total.enqueued === 0 && total.executions === 0) {
    return (
      <EmptyState
        p="xl"
        icon={<IconChartBar aria-hidden />}
        title="Nothing happened in these days"
        description="No task was enqueued, and none ended. A longer range may show more."
      />
    );
  }
  return (
    <Stack gap="md">
      <TotalFigures total={total} />
      <DayChart days={days} />
      <DurationChart days={days} />
      <GroupTable statistics={statistics} />
    </Stack>
  );
}

function StatisticsSkeleton() {
  return (
    <Stack gap="md">
      <Skeleton height={104} radius="lg" />
      <Skeleton height={300} radius="lg" />
      <Skeleton height={300} radius="lg" />
    </Stack>
  );
}
