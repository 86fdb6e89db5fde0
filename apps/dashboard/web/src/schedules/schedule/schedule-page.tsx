import type { Schedule } from '@drover/core';
import { Group, Stack } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { getRouteApi } from '@tanstack/react-router';
import { Page, PageColumns } from '../../page.tsx';
import { QueryPage } from '../../query-page.tsx';
import { TaskId } from '../../task-id.tsx';
import { ScheduleBadges } from '../schedule-facts.tsx';
import { scheduleQuery } from '../schedule-queries.ts';
import { ActionButtons } from './action-buttons.tsx';
import { Definition } from './definition.tsx';
import { DriftPanel } from './drift-panel.tsx';
import { FireLog } from './fire-log.tsx';
import { NextPanel } from './next-panel.tsx';
import { PauseNotice, UndeclaredNotice } from './notices.tsx';
import { ScheduleCounts } from './schedule-counts.tsx';
import classes from './schedule-page.module.css';
import { TemplatePanel } from './template-panel.tsx';
import { isUnknown, UnknownSchedule } from './unknown-schedule.tsx';

const route = getRouteApi('/inside/schedules/$id');

/** One schedule: what it does, when it fires next, and what came of its fires. */
export function SchedulePage() {
  const { id } = route.useParams();
  const query = useQuery(scheduleQuery(id));
  if (isUnknown(query.error)) return <UnknownSchedule id={id} />;
  return (
    <QueryPage query={query} title="Schedule">
      {(schedule) => <KnownSchedule key={id} schedule={schedule} />}
    </QueryPage>
  );
}

function KnownSchedule({ schedule }: { schedule: Schedule }) {
  return (
    <Page
      title={schedule.name}
      badge={<ScheduleBadges schedule={schedule} />}
      subtitle={
        <>
          <p className={classes.sentence}>{schedule.sentence}</p>
          <Group gap="md">
            {schedule.description !== undefined && <span>{schedule.description}</span>}
            <TaskId id={schedule.id} />
          </Group>
        </>
      }
      actions={<ActionButtons schedule={schedule} />}
    >
      <Stack gap="md">
        <PauseNotice schedule={schedule} />
        <UndeclaredNotice schedule={schedule} />
        <DriftPanel schedule={schedule} />
        <ScheduleCounts schedule={schedule} />
        <PageColumns>
          <Stack gap="md" miw={0}>
            <NextPanel schedule={schedule} />
            <FireLog schedule={schedule} />
          </Stack>
          <Stack gap="md" miw={0}>
            <Definition schedule={schedule} />
            <TemplatePanel schedule={schedule} />
          </Stack>
        </PageColumns>
      </Stack>
    </Page>
  );
}
