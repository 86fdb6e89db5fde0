import { limits } from '@drover/core';
import { EmptyState, Stack } from '@mantine/core';
import { IconHistory, IconListSearch } from '@tabler/icons-react';
import { useQuery } from '@tanstack/react-query';
import { getRouteApi, linkOptions } from '@tanstack/react-router';
import { addressFault } from '../../fault.ts';
import { Page } from '../../page.tsx';
import { ButtonLink } from '../../page-link.tsx';
import { changed, isNarrowed } from '../../search/address.ts';
import { FilterField } from '../../search/filter-field.tsx';
import { Filters } from '../../search/filters.tsx';
import { FoundPart } from '../../search/found-part.tsx';
import { Steps } from '../../search/steps.tsx';
import { Section } from '../../section.tsx';
import { useIsClusterWide } from '../../session/session.ts';
import { statusLooks } from '../job-looks.ts';
import { pageRows, resultsQuery } from '../job-queries.ts';
import { ResultList } from './result-list.tsx';
import type { ResultsSearch } from './results-search.ts';
import { StatusTabs } from './status-tabs.tsx';

const route = getRouteApi('/inside/job-results');

/** Runs of jobs, newest first, and what came of them. */
export function ResultsPage() {
  const search = route.useSearch();
  const query = useQuery(resultsQuery(search));
  return (
    <Page
      title="Job results"
      subtitle="Every run of a job, and what came of it."
      actions={
        <ButtonLink to="/jobs" variant="default">
          To the jobs
        </ButtonLink>
      }
    >
      <Stack gap="md">
        <ResultFilters error={query.error} />
        <StatusTabs search={search} />
        <Section title={search.status === undefined ? 'All statuses' : statusLooks[search.status].label} isFlush>
          <FoundPart query={query}>
            {({ items, nextCursor }) => (
              <>
                {items.length === 0 ? (
                  <NoResults search={search} hasMore={nextCursor !== null} />
                ) : (
                  <ResultList results={items} />
                )}
                <Steps
                  cursor={search.cursor}
                  nextCursor={nextCursor}
                  link={(cursor) => linkOptions({ to: '/job-results', search: { ...search, cursor } })}
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

function ResultFilters({ error }: { error: unknown }) {
  const search = route.useSearch();
  const navigate = route.useNavigate();
  const isClusterWide = useIsClusterWide();
  const field = (name: 'job' | 'schedule' | 'company') => ({
    value: search[name] ?? '',
    error: addressFault(error, name),
    maxLength: limits.identityLength,
    onChange: (said: string) =>
      void navigate({ search: (before) => changed(before, { [name]: said || undefined }), resetScroll: false }),
  });
  return (
    <Filters
      isNarrowed={isNarrowed({ ...search, status: undefined })}
      onClear={() => void navigate({ search: { status: search.status }, resetScroll: false })}
    >
      <FilterField label="Id of the job" placeholder="job_…" {...field('job')} />
      <FilterField label="Id of the schedule" placeholder="sch_…" {...field('schedule')} />
      {(isClusterWide || search.company !== undefined) && <FilterField label="Company" {...field('company')} />}
    </Filters>
  );
}

function NoResults({ search, hasMore }: { search: ResultsSearch; hasMore: boolean }) {
  const { status, cursor } = search;
  if (hasMore || isNarrowed(search) || cursor !== undefined) {
    const means = status === undefined ? undefined : `${statusLooks[status].label}: ${statusLooks[status].means}.`;
    return (
      <EmptyState
        p="xl"
        icon={<IconListSearch aria-hidden />}
        title={hasMore ? 'None so far' : cursor === undefined ? 'No result matches' : 'No older results'}
        description={
          hasMore ? 'There are more results to look through.' : (means ?? 'Nothing fits all of the chosen filters.')
        }
      />
    );
  }
  return (
    <EmptyState
      p="xl"
      icon={<IconHistory aria-hidden />}
      title="No job has run yet"
      description="Each run of a job will stand here, whether a person or a schedule began it."
    />
  );
}
