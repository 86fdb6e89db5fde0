import { DroverError } from '@drover/client';
import { isRunOver, type JobResult } from '@drover/core';
import { Stack, Text, VisuallyHidden } from '@mantine/core';
import { IconHandStop } from '@tabler/icons-react';
import { useQuery } from '@tanstack/react-query';
import { getRouteApi } from '@tanstack/react-router';
import { Badge } from '../../badge.tsx';
import { type Fact, FactList } from '../../fact-list.tsx';
import { Moment } from '../../moment.tsx';
import { Notice } from '../../notice.tsx';
import { Page, PageColumns } from '../../page.tsx';
import { BackLink, ButtonLink } from '../../page-link.tsx';
import { QueryPage } from '../../query-page.tsx';
import { ScheduleName } from '../../schedules/schedule-name.tsx';
import { Section } from '../../section.tsx';
import { useMayKill } from '../../session/session.ts';
import { TaskId } from '../../task-id.tsx';
import { byWords, statusLooks } from '../job-looks.ts';
import { resultQuery } from '../job-queries.ts';
import classes from '../jobs.module.css';
import { KillButton } from './kill-dialog.tsx';
import { ResultLines } from './result-lines.tsx';
import own from './results.module.css';
import { Took } from './took.tsx';

const route = getRouteApi('/inside/job-results/$id');

/** One run of a job: how it is, and what became of each line. It moves as the run does. */
export function ResultPage() {
  const { id } = route.useParams();
  const query = useQuery(resultQuery(id));
  const { error } = query;
  if (error instanceof DroverError && error.code === 'job_result_unknown') return <UnknownResult id={id} />;
  return (
    <QueryPage query={query} title="Job result">
      {(result) => <KnownResult key={id} result={result} />}
    </QueryPage>
  );
}

function KnownResult({ result }: { result: JobResult }) {
  const { id, jobName, status, message, attention, lines } = result;
  const mayKill = useMayKill();
  const look = statusLooks[status];
  return (
    <Page
      title={`Run of ${jobName}`}
      badge={<Badge look={look} />}
      subtitle={
        <>
          {message !== undefined && <p className={own.message}>{message}</p>}
          <TaskId id={id} />
        </>
      }
      actions={
        <>
          {mayKill && <KillButton result={result} />}
          <ButtonLink to="/flows/$id" params={{ id }} variant="default">
            As a flow
          </ButtonLink>
          <ButtonLink to="/jobs/$id" params={{ id: result.job }} variant="default">
            To the job
          </ButtonLink>
        </>
      }
    >
      <VisuallyHidden role="status">{`Status: ${look.label}`}</VisuallyHidden>
      <Stack gap="md">
        {attention > 0 && (
          <Notice role="status" tone="amber" icon={IconHandStop} title="A line needs a person">
            <Text size="sm" c="var(--mantine-color-text)">
              Its task waits until somebody decides; the lines after it wait too.
            </Text>
          </Notice>
        )}
        <PageColumns>
          <Section title="Lines" isFlush>
            <ResultLines lines={lines} />
          </Section>
          <Facts result={result} />
        </PageColumns>
      </Stack>
    </Page>
  );
}

function Facts({ result }: { result: JobResult }) {
  const { status, by, schedule, user, company, startedAt, finishedAt } = result;
  const facts: Fact[] = [
    ['Status', `${statusLooks[status].label}: ${statusLooks[status].means}.`],
    ['Begun', schedule === undefined ? byWords[by] : <ScheduleName key="by" id={schedule} className={classes.link} />],
    ['For', user],
    ['Company', company],
    ['Started', <Moment key="started" at={startedAt} isAbsolute />],
    ['Finished', finishedAt && <Moment key="finished" at={finishedAt} isAbsolute />],
    [isRunOver(status) ? 'Took' : 'Runs', <Took key="took" from={startedAt} to={finishedAt} />],
  ];
  return (
    <Section title="The run">
      <FactList facts={facts} labelWidth={5} />
    </Section>
  );
}

function UnknownResult({ id }: { id: string }) {
  return (
    <Page title="There is no such result">
      <Text>
        No result of a job that you may see has the id <span className="mono">{id}</span>. It may be mistyped, belong to
        another company, or have been removed after its time of keeping.
      </Text>
      <BackLink to="/job-results" mt="md">
        To the results
      </BackLink>
    </Page>
  );
}
