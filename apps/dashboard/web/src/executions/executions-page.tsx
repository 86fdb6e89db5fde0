import type { ExecutionPage } from '@drover/core';
import { Button, EmptyState, Group, Stack } from '@mantine/core';
import { IconDownload, IconListSearch } from '@tabler/icons-react';
import { useQuery, useQueryClient } from '@tanstack/react-query';
import { getRouteApi } from '@tanstack/react-router';
import { executionsQuery } from '../cluster.ts';
import { Page } from '../page.tsx';
import { FilterBar } from '../search/filter-bar.tsx';
import { chosenFilters } from '../search/filter-words.ts';
import { FoundPart } from '../search/found-part.tsx';
import { exportAddress, filterKey, type LedgerField, type LedgerSearch } from '../search/ledger-search.ts';
import { LookFurther } from '../search/look-further.tsx';
import { PageSteps } from '../search/page-steps.tsx';
import { Section } from '../section.tsx';
import { outcomeLooks } from '../state.ts';
import { useIsWide } from '../wide-table.tsx';
import { ExecutionCards } from './execution-cards.tsx';
import { ExecutionTable } from './execution-table.tsx';
import { OutcomeTabs } from './outcome-tabs.tsx';

const route = getRouteApi('/inside/executions');

/** The process monitor: every try at every task. */
export function ExecutionsPage() {
  const search = route.useSearch();
  const navigate = route.useNavigate();
  const executions = useQuery(executionsQuery(search));
  const { state, outcome } = search;
  // The tabs say it.
  const elsewhere: LedgerField[] = state === 'running' ? ['outcome', 'state'] : ['outcome'];
  return (
    <Page title="Executions" actions={<Downloads search={search} />}>
      <Stack gap="md">
        <FilterBar
          search={search}
          elsewhere={elsewhere}
          seenTags={[]}
          error={executions.error}
          onSearch={(wanted) => void navigate({ search: wanted, resetScroll: false })}
        />
        <OutcomeTabs search={search} />
        <Section
          title={
            outcome !== undefined ? outcomeLooks[outcome].label : state === 'running' ? 'Running' : 'All executions'
          }
          isFlush
        >
          <FoundPart query={executions}>
            {(page) => (
              <>
                <Rows page={page} search={search} />
                <Further page={page} />
              </>
            )}
          </FoundPart>
        </Section>
      </Stack>
    </Page>
  );
}

function Rows({ page: { items, nextCursor }, search }: { page: ExecutionPage; search: LedgerSearch }) {
  const isWide = useIsWide();
  if (items.length > 0) return isWide ? <ExecutionTable executions={items} /> : <ExecutionCards executions={items} />;
  const isFiltered = chosenFilters(search).length > 0;
  const none =
    search.cursor !== undefined ? 'No more executions' : isFiltered ? 'No execution matches' : 'No execution is here';
  return (
    <EmptyState
      p="xl"
      icon={<IconListSearch aria-hidden />}
      title={nextCursor === null ? none : 'Nothing found so far'}
      description="Each try at a task is an execution: it begins when a worker takes the task."
    />
  );
}

function Further({ page }: { page: ExecutionPage }) {
  const search = route.useSearch();
  const navigate = route.useNavigate();
  const queryClient = useQueryClient();
  return (
    <>
      {search.q !== undefined && (
        <LookFurther
          key={`${filterKey(search)} ${search.cursor}`}
          noun="execution"
          page={page}
          look={(cursor) => queryClient.fetchQuery(executionsQuery({ ...search, cursor }))}
          onFound={(cursor) => void navigate({ search: { ...search, cursor } })}
        />
      )}
      <PageSteps path="/executions" search={search} nextCursor={page.nextCursor} />
    </>
  );
}

/** All that the filter finds, of every page, as the API streams it. */
function Downloads({ search }: { search: LedgerSearch }) {
  const formats = { csv: 'CSV', ndjson: 'NDJSON' } as const;
  return (
    <Group gap="xs" role="group" aria-label="Export all that match">
      {(Object.keys(formats) as (keyof typeof formats)[]).map((format) => (
        <Button
          key={format}
          component="a"
          href={exportAddress(format, search, Date.now())}
          download
          size="xs"
          variant="default"
          leftSection={<IconDownload size={15} aria-hidden />}
          aria-label={`Export as ${formats[format]}`}
        >
          {formats[format]}
        </Button>
      ))}
    </Group>
  );
}
