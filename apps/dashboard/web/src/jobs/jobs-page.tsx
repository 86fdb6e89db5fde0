import type { Job } from '@drover/core';
import { EmptyState, Group, Stack } from '@mantine/core';
import { IconFileImport, IconHistory, IconListNumbers, IconListSearch, IconPlus } from '@tabler/icons-react';
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
import { ActiveTabs } from './active-tabs.tsx';
import { RunDialog } from './job/run-dialog.tsx';
import { JobCards } from './job-cards.tsx';
import { JobFilters } from './job-filters.tsx';
import { jobsQuery, pageRows } from './job-queries.ts';
import { JobTable } from './job-table.tsx';
import type { JobsSearch } from './jobs-search.ts';

const route = getRouteApi('/inside/jobs');

/** Stored lists of lines, and what came of their last runs. */
export function JobsPage() {
  const search = route.useSearch();
  const query = useQuery(jobsQuery(search));
  const canOperate = useMay('operate');
  const isWide = useIsWide();
  const [asked, setAsked] = useState<Job>();
  const Rows = isWide ? JobTable : JobCards;
  return (
    <Page title="Jobs" subtitle="Named lists of lines that run one after the other." actions={<PageActions />}>
      <Stack gap="md">
        <JobFilters error={query.error} />
        <ActiveTabs search={search} />
        <Section title={titleOf(search)} isFlush>
          <FoundPart query={query}>
            {({ items, nextCursor }) => (
              <>
                {items.length === 0 ? (
                  <NoJobs search={search} hasMore={nextCursor !== null} />
                ) : (
                  <Rows jobs={items} onRun={canOperate ? setAsked : undefined} />
                )}
                <Steps
                  cursor={search.cursor}
                  nextCursor={nextCursor}
                  link={(cursor) => linkOptions({ to: '/jobs', search: { ...search, cursor } })}
                  first="First page"
                  next={items.length < pageRows ? 'Look further' : 'Next page'}
                />
              </>
            )}
          </FoundPart>
        </Section>
      </Stack>
      {asked !== undefined && <RunDialog job={asked} onClose={() => setAsked(undefined)} />}
    </Page>
  );
}

function titleOf({ active }: JobsSearch): string {
  if (active === undefined) return 'All jobs';
  return active ? 'Active' : 'Not active';
}

function PageActions() {
  const isAdmin = useMay('admin');
  return (
    <>
      <ButtonLink to="/job-results" variant="default" leftSection={<IconHistory size={16} aria-hidden />}>
        Results
      </ButtonLink>
      <ButtonLink to="/jobs/import" variant="default" leftSection={<IconFileImport size={16} aria-hidden />}>
        {isAdmin ? 'Import, export' : 'Export'}
      </ButtonLink>
      {isAdmin && (
        <ButtonLink to="/jobs/new" leftSection={<IconPlus size={16} aria-hidden />}>
          New job
        </ButtonLink>
      )}
    </>
  );
}

function NoJobs({ search, hasMore }: { search: JobsSearch; hasMore: boolean }) {
  const isAdmin = useMay('admin');
  if (hasMore || isNarrowed(search) || search.cursor !== undefined) {
    return (
      <EmptyState
        p="xl"
        icon={<IconListSearch aria-hidden />}
        title={hasMore ? 'None so far' : search.cursor === undefined ? 'No job matches' : 'No more jobs'}
        description={hasMore ? 'There are more jobs to look through.' : 'Nothing fits all of the chosen filters.'}
      />
    );
  }
  return (
    <EmptyState
      p="xl"
      icon={<IconListNumbers aria-hidden />}
      title="No jobs yet"
      description="A job is a list of lines: a filter finds what there is to do, and the actions after it do it. It runs by hand, or by a schedule."
    >
      {isAdmin && (
        <Group justify="center">
          <ButtonLink to="/jobs/new" leftSection={<IconPlus size={16} aria-hidden />}>
            Make a job
          </ButtonLink>
        </Group>
      )}
    </EmptyState>
  );
}
