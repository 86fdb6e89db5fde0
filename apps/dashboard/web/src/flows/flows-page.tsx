import { EmptyState, Stack } from '@mantine/core';
import { IconListSearch, IconSitemap } from '@tabler/icons-react';
import { useQuery } from '@tanstack/react-query';
import { getRouteApi, linkOptions } from '@tanstack/react-router';
import { Page } from '../page.tsx';
import { isNarrowed } from '../search/address.ts';
import { FoundPart } from '../search/found-part.tsx';
import { Steps } from '../search/steps.tsx';
import { Section } from '../section.tsx';
import { useIsWide } from '../wide-table.tsx';
import { FlowCards } from './flow-cards.tsx';
import { FlowFilters } from './flow-filters.tsx';
import { flowLooks } from './flow-looks.ts';
import { flowsQuery, pageRows } from './flow-queries.ts';
import { FlowTable } from './flow-table.tsx';
import type { FlowsSearch } from './flows-search.ts';
import { StateTabs } from './state-tabs.tsx';

const route = getRouteApi('/inside/flows');

/** Tasks that depend on each other, newest first, and how far they are. */
export function FlowsPage() {
  const search = route.useSearch();
  const query = useQuery(flowsQuery(search));
  const isWide = useIsWide();
  const Rows = isWide ? FlowTable : FlowCards;
  return (
    <Page title="Flows" subtitle="Tasks that wait for each other, enqueued as one.">
      <Stack gap="md">
        <FlowFilters error={query.error} />
        <StateTabs search={search} />
        <Section title={search.state === undefined ? 'All states' : flowLooks[search.state].label} isFlush>
          <FoundPart query={query}>
            {({ items, nextCursor }) => (
              <>
                {items.length === 0 ? (
                  <NoFlows search={search} hasMore={nextCursor !== null} />
                ) : (
                  <Rows flows={items} />
                )}
                <Steps
                  cursor={search.cursor}
                  nextCursor={nextCursor}
                  link={(cursor) => linkOptions({ to: '/flows', search: { ...search, cursor } })}
                  first="Newest"
                  next={items.length < pageRows ? 'Look further' : 'Older'}
                />
              </>
            )}
          </FoundPart>
        </Section>
      </Stack>
    </Page>
  );
}

function NoFlows({ search, hasMore }: { search: FlowsSearch; hasMore: boolean }) {
  const { state, cursor } = search;
  if (hasMore) {
    return (
      <EmptyState
        p="xl"
        icon={<IconListSearch aria-hidden />}
        title="None so far"
        description="There are more flows to look through."
      />
    );
  }
  if (isNarrowed(search) || cursor !== undefined) {
    return (
      <EmptyState
        p="xl"
        icon={<IconListSearch aria-hidden />}
        title={cursor === undefined ? 'No flow matches' : 'No more flows'}
        description={
          state === undefined
            ? 'Nothing fits all of the chosen filters.'
            : `${flowLooks[state].label}: ${flowLooks[state].means}.`
        }
      />
    );
  }
  return (
    <EmptyState
      p="xl"
      icon={<IconSitemap aria-hidden />}
      title="No flows yet"
      description="A flow is several tasks that wait for each other: each begins when those before it have ended, and may use their results. It is made over the API, with POST /v1/flows or /v1/chains; a run of a job is one too."
    />
  );
}
