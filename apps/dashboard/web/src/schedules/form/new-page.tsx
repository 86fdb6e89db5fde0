import type { ModelInfo, Schedule } from '@drover/core';
import { useQuery } from '@tanstack/react-query';
import { getRouteApi } from '@tanstack/react-router';
import { useState } from 'react';
import { Page } from '../../page.tsx';
import { Lines } from '../../page-skeleton.tsx';
import { ProblemNotice } from '../../problem.tsx';
import { QueryPart } from '../../query-part.tsx';
import { ownZone } from '../../zone.ts';
import { scheduleQuery } from '../schedule-queries.ts';
import { newDraft, type ScheduleDraft, scheduleDraftOf } from './schedule-draft.ts';
import { ScheduleForm } from './schedule-form.tsx';
import { methodOf, templateDraftOf, withMethod } from './template-draft.ts';
import { useCatalogue } from './use-catalogue.ts';

const route = getRouteApi('/inside/schedules/new');

/** A new schedule: from nothing, for a method, for a job, or like another one. */
export function NewSchedulePage() {
  const { from, method, job } = route.useSearch();
  const models = useCatalogue();
  const source = useQuery({ ...scheduleQuery(from ?? ''), enabled: from !== undefined, refetchInterval: false });
  const isReady = from === undefined || source.data !== undefined || source.error !== null;
  return (
    <Page
      title={from === undefined ? 'New schedule' : 'Copy a schedule'}
      subtitle={source.data === undefined ? undefined : `Like ${source.data.name}, under another name.`}
    >
      {source.error !== null && <ProblemNotice error={source.error} />}
      <QueryPart query={models} skeleton={<Lines count={8} />}>
        {(catalogue) =>
          isReady ? (
            <SteadyForm
              key={`${from} ${method} ${job}`}
              models={catalogue}
              source={source.data}
              method={method}
              job={job}
            />
          ) : (
            <Lines count={8} />
          )
        }
      </QueryPart>
    </Page>
  );
}

type Props = {
  models: ModelInfo[];
  source: Schedule | undefined;
  method: string | undefined;
  job: string | undefined;
};

/** What somebody types into stays as it was, whatever is asked for again. */
function SteadyForm({ models, source, method, job }: Props) {
  const [draft] = useState(() => firstDraft({ models, source, method, job }));
  return <ScheduleForm draft={draft} edited={undefined} models={models} onReload={() => undefined} />;
}

function firstDraft({ models, source, method, job }: Props): ScheduleDraft {
  if (source !== undefined) return { ...scheduleDraftOf(source, models), name: `${source.name} (copy)` };
  const draft = newDraft(ownZone());
  if (job !== undefined) {
    const task = { model: 'system.jobs', method: 'run', kwargs: { job } };
    return { ...draft, task: templateDraftOf(task as Parameters<typeof templateDraftOf>[0], models) };
  }
  return method === undefined ? draft : { ...draft, task: withMethod(draft.task, methodOf(models, method)) };
}
