import type { Job, ModelInfo } from '@drover/core';
import { useQuery } from '@tanstack/react-query';
import { getRouteApi } from '@tanstack/react-router';
import { useState } from 'react';
import { Page } from '../../page.tsx';
import { Lines } from '../../page-skeleton.tsx';
import { ProblemNotice } from '../../problem.tsx';
import { QueryPart } from '../../query-part.tsx';
import { useCatalogue } from '../../schedules/form/use-catalogue.ts';
import { ownZone } from '../../zone.ts';
import { jobQuery } from '../job-queries.ts';
import { jobDraftOf, newJob } from './job-draft.ts';
import { JobForm } from './job-form.tsx';

const route = getRouteApi('/inside/jobs/new');

/** A new job: from nothing, or like another one. */
export function NewJobPage() {
  const { from } = route.useSearch();
  const models = useCatalogue();
  const source = useQuery({ ...jobQuery(from ?? ''), enabled: from !== undefined, refetchInterval: false });
  const isReady = from === undefined || source.data !== undefined || source.error !== null;
  return (
    <Page
      title={from === undefined ? 'New job' : 'Copy a job'}
      subtitle={source.data === undefined ? undefined : `Like ${source.data.name}, under another name.`}
    >
      {source.error !== null && <ProblemNotice error={source.error} />}
      <QueryPart query={models} skeleton={<Lines count={8} />}>
        {(catalogue) =>
          isReady ? <SteadyForm key={from} models={catalogue} source={source.data} /> : <Lines count={8} />
        }
      </QueryPart>
    </Page>
  );
}

/** What somebody types into stays as it was, whatever is asked for again. */
function SteadyForm({ models, source }: { models: ModelInfo[]; source: Job | undefined }) {
  const [draft] = useState(() =>
    source === undefined ? newJob(ownZone()) : { ...jobDraftOf(source, models), name: `${source.name} (copy)` },
  );
  return <JobForm draft={draft} edited={undefined} models={models} onReload={() => undefined} />;
}
