import type { Job, ModelInfo } from '@drover/core';
import { useQuery } from '@tanstack/react-query';
import { getRouteApi } from '@tanstack/react-router';
import { useMemo, useState } from 'react';
import { Page } from '../../page.tsx';
import { Lines, PageSkeleton } from '../../page-skeleton.tsx';
import { ProblemNotice } from '../../problem.tsx';
import { QueryPart } from '../../query-part.tsx';
import { useCatalogue } from '../../schedules/form/use-catalogue.ts';
import { isUnknownJob, UnknownJob } from '../job/unknown-job.tsx';
import { jobQuery } from '../job-queries.ts';
import { jobDraftOf } from './job-draft.ts';
import { JobForm } from './job-form.tsx';

const route = getRouteApi('/inside/jobs/$id/edit');

export function EditJobPage() {
  const { id } = route.useParams();
  const models = useCatalogue();
  // What may be known already may be old: an edit begins with what is so now.
  const query = useQuery({ ...jobQuery(id), refetchInterval: false, refetchOnMount: 'always' });
  if (isUnknownJob(query.error)) return <UnknownJob id={id} />;
  if (query.data === undefined || !query.isFetchedAfterMount) {
    if (query.error === null) return <PageSkeleton />;
    return (
      <Page title="Edit a job">
        <ProblemNotice error={query.error} onRetry={() => void query.refetch()} />
      </Page>
    );
  }
  const job = query.data;
  return (
    <Page title={`Edit ${job.name}`}>
      <QueryPart query={models} skeleton={<Lines count={8} />}>
        {(catalogue) => <SteadyForm key={id} models={catalogue} job={job} />}
      </QueryPart>
    </Page>
  );
}

/** What somebody types into stays as it was. It begins anew only when asked to, after others changed the job. */
function SteadyForm({ models, job }: { models: ModelInfo[]; job: Job }) {
  const [edited, setEdited] = useState(job);
  const draft = useMemo(() => jobDraftOf(edited, models), [edited, models]);
  return <JobForm key={edited.version} draft={draft} edited={edited} models={models} onReload={setEdited} />;
}
