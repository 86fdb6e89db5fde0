import { limits } from '@drover/core';
import { Button, EmptyState, Paper, Stack } from '@mantine/core';
import {
  IconArrowRight,
  IconChevronsLeft,
  IconHistory,
  IconListDetails,
  IconListSearch,
  IconX,
} from '@tabler/icons-react';
import { useQuery } from '@tanstack/react-query';
import { getRouteApi, Link } from '@tanstack/react-router';
import { Page } from '../../page.tsx';
import { ButtonLink } from '../../page-link.tsx';
import { QueryPart } from '../../query-part.tsx';
import { FilterField } from '../../search/filter-field.tsx';
import tabs from '../../search/tabs.module.css';
import { Section } from '../../section.tsx';
import { useIsClusterWide } from '../../session/session.ts';
import { faultOf } from '../job-filters.tsx';
import { jobStatuses, statusLooks } from '../job-looks.ts';
import { pageRows, resultsQuery } from '../job-queries.ts';
import classes from '../jobs.module.css';
import { Steps } from '../steps.tsx';
import { ResultList } from './result-list.tsx';
import { changed, isNarrowed, type ResultsSearch } from './results-search.ts';

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
        <Filters error={query.error} />
        <StatusTabs search={search} />
        <Section title={search.status === undefined ? 'All statuses' : statusLooks[search.status].label} isFlush>
          <QueryPart query={query}>
            {({ items, nextCursor }) => (
              <div className={classes.list} data-former={query.isPlaceholderData} aria-busy={query.isPlaceholderData}>
                {items.length === 0 ? (
                  <NoResults search={search} hasMore={nextCursor !== null} />
                ) : (
                  <ResultList results={items} />
                )}
                <PageSteps search={search} nextCursor={nextCursor} count={items.length} />
              </div>
            )}
          </QueryPart>
        </Section>
      </Stack>
    </Page>
  );
}

/** Everything that is chosen stands in the address. */
function Filters({ error }: { error: unknown }) {
  const search = route.useSearch();
  const navigate = route.useNavigate();
  const isClusterWide = useIsClusterWide();
  const field = (name: 'job' | 'schedule' | 'company') => ({
    value: search[name] ?? '',
    error: faultOf(error, name),
    maxLength: limits.identityLength,
    onChange: (said: string) =>
      void navigate({ search: (before) => changed(before, { [name]: said || undefined }), resetScroll: false }),
  });
  return (
    <Paper component="search" aria-label="Filters" className={classes.filters}>
      <FilterField label="Id of the job" placeholder="job_…" {...field('job')} />
      <FilterField label="Id of the schedule" placeholder="sch_…" {...field('schedule')} />
      {(isClusterWide || search.company !== undefined) && <FilterField label="Company" {...field('company')} />}
      {isNarrowed({ ...search, status: undefined }) && (
        <Button
          size="xs"
          variant="default"
          className={classes.all}
          leftSection={<IconX size={14} aria-hidden />}
          onClick={() => void navigate({ search: { status: search.status }, resetScroll: false })}
        >
          Clear the filters
        </Button>
      )}
    </Paper>
  );
}

/** All results, or those of one status. The other filters stay as they are. */
function StatusTabs({ search }: { search: ResultsSearch }) {
  return (
    <nav aria-label="Statuses">
      <ul className={tabs.tabs}>
        {[undefined, ...jobStatuses].map((status) => {
          const look = status === undefined ? { label: 'All', icon: IconListDetails } : statusLooks[status];
          const isChosen = search.status === status;
          return (
            <li key={look.label}>
              <Link
                to="/job-results"
                search={changed(search, { status })}
                className={tabs.tab}
                activeOptions={{ exact: true, includeSearch: true }}
                data-chosen={isChosen}
                aria-current={isChosen ? 'page' : undefined}
                resetScroll={false}
              >
                <look.icon size={16} aria-hidden />
                {look.label}
              </Link>
            </li>
          );
        })}
      </ul>
    </nav>
  );
}

type StepProps = { search: ResultsSearch; nextCursor: string | null; count: number };

function PageSteps({ search, nextCursor, count }: StepProps) {
  const look = { to: '/job-results', variant: 'default', size: 'xs' } as const;
  return (
    <Steps
      first={
        search.cursor !== undefined && (
          <ButtonLink
            {...look}
            search={{ ...search, cursor: undefined }}
            leftSection={<IconChevronsLeft size={15} aria-hidden />}
          >
            Newest
          </ButtonLink>
        )
      }
      next={
        nextCursor !== null && (
          <ButtonLink
            {...look}
            search={{ ...search, cursor: nextCursor }}
            rightSection={<IconArrowRight size={15} aria-hidden />}
          >
            {count < pageRows ? 'Look further' : 'Older'}
          </ButtonLink>
        )
      }
    />
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
