import type { Job } from '@drover/core';
import { EmptyState } from '@mantine/core';
import { IconHistory } from '@tabler/icons-react';
import { useQuery } from '@tanstack/react-query';
import { PageLink } from '../../page-link.tsx';
import { QueryPart } from '../../query-part.tsx';
import { Section } from '../../section.tsx';
import { resultsQuery } from '../job-queries.ts';
import { ResultList } from '../results/result-list.tsx';

/** Runs that are shown beside the job; its own page has the others. */
const newest = 10;

/** Its newest runs, and what came of them. */
export function RunsPanel({ job }: { job: Job }) {
  const query = useQuery(resultsQuery({ job: job.id }, newest));
  return (
    <Section
      title="Results"
      aside={
        <PageLink to="/job-results" search={{ job: job.id }} size="sm">
          All results of this job
        </PageLink>
      }
      isFlush
    >
      <QueryPart query={query}>
        {({ items }) =>
          items.length === 0 ? (
            <EmptyState
              p="lg"
              size="sm"
              icon={<IconHistory aria-hidden />}
              title="It has not run yet"
              description="Each run will stand here, with what came of it."
            />
          ) : (
            <ResultList results={items} isOfOneJob />
          )
        }
      </QueryPart>
    </Section>
  );
}
