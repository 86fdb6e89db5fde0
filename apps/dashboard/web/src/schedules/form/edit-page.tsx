import type { ModelInfo, Schedule } from '@drover/core';
import { IconCode } from '@tabler/icons-react';
import { useQuery } from '@tanstack/react-query';
import { getRouteApi } from '@tanstack/react-router';
import { useState } from 'react';
import { Notice } from '../../notice.tsx';
import { Page } from '../../page.tsx';
import { Lines, PageSkeleton } from '../../page-skeleton.tsx';
import { ProblemNotice } from '../../problem.tsx';
import { QueryPart } from '../../query-part.tsx';
import { isUnknown, UnknownSchedule } from '../schedule/unknown-schedule.tsx';
import { scheduleQuery } from '../schedule-queries.ts';
import { scheduleDraftOf } from './schedule-draft.ts';
import { ScheduleForm } from './schedule-form.tsx';
import { useCatalogue } from './use-catalogue.ts';

const route = getRouteApi('/inside/schedules/$id/edit');

export function EditSchedulePage() {
  const { id } = route.useParams();
  const models = useCatalogue();
  // What may be known already may be old: an edit begins with what is so now.
  const query = useQuery({ ...scheduleQuery(id), refetchInterval: false, refetchOnMount: 'always' });
  if (isUnknown(query.error)) return <UnknownSchedule id={id} />;
  if (query.data === undefined || query.isFetchedAfterMount === false) {
    if (query.error === null) return <PageSkeleton />;
    return (
      <Page title="Edit a schedule">
        <ProblemNotice error={query.error} onRetry={() => void query.refetch()} />
      </Page>
    );
  }
  const schedule = query.data;
  return (
    <Page title={`Edit ${schedule.name}`}>
      <QueryPart query={models} skeleton={<Lines count={8} />}>
        {(catalogue) => <SteadyForm key={id} models={catalogue} schedule={schedule} />}
      </QueryPart>
    </Page>
  );
}

/** What somebody types into stays as it was. It begins anew only when asked to, after others changed the schedule. */
function SteadyForm({ models, schedule }: { models: ModelInfo[]; schedule: Schedule }) {
  const [edited, setEdited] = useState(schedule);
  const { owner } = edited;
  return (
    <>
      {owner.kind !== 'key' && (
        <div style={{ marginBottom: 'var(--mantine-spacing-md)' }}>
          <Notice role="note" tone="amber" icon={IconCode}>
            {owner.kind === 'code'
              ? `It is declared in code, beside ${owner.name}. Your edit is kept, and shown as a difference until somebody adopts it or resets it.`
              : 'It is Drover’s own housekeeping. Your edit is kept, and shown as a difference until somebody adopts it or resets it.'}
          </Notice>
        </div>
      )}
      <ScheduleForm
        key={edited.version}
        draft={scheduleDraftOf(edited, models)}
        edited={edited}
        models={models}
        onReload={setEdited}
      />
    </>
  );
}
