import type { MethodInfo, Task } from '@drover/core';
import { Group, Select, Text } from '@mantine/core';
import { IconCalendarRepeat } from '@tabler/icons-react';
import { useQuery } from '@tanstack/react-query';
import { getRouteApi } from '@tanstack/react-router';
import { useState } from 'react';
import { modelsQuery, taskQuery } from '../cluster.ts';
import { Page } from '../page.tsx';
import { ButtonLink, PageLink } from '../page-link.tsx';
import { Lines, PageSkeleton } from '../page-skeleton.tsx';
import { ProblemNotice } from '../problem.tsx';
import { useMay } from '../session/session.ts';
import { MethodForm } from './method-form.tsx';

const route = getRouteApi('/inside/run/$method');

/** The form of one method. */
export function MethodPage() {
  const { method: fullName } = route.useParams();
  const { version, from } = route.useSearch();
  const models = useQuery(modelsQuery);
  const source = useQuery({ ...taskQuery(from ?? ''), enabled: from !== undefined, refetchInterval: false });
  if (models.data === undefined) {
    if (models.error === null) return <PageSkeleton />;
    return (
      <Page title={fullName}>
        <ProblemNotice error={models.error} onRetry={() => void models.refetch()} />
      </Page>
    );
  }
  const versions = models.data
    .flatMap(({ methods }) => methods)
    .filter((info) => `${info.model}.${info.method}` === fullName);
  const chosen = versions.find((info) => info.version === version) ?? versions[0];
  if (chosen === undefined) return <MethodUnknown fullName={fullName} />;
  const isReady = from === undefined || source.data !== undefined || source.error !== null;
  return (
    <Page
      title={`Run ${fullName}`}
      heading={fullName}
      subtitle={<Subtitle method={chosen} source={source.data} />}
      actions={<ScheduleIt fullName={fullName} />}
    >
      {versions.length > 1 && <VersionSelect versions={versions} chosen={chosen} />}
      {source.error !== null && <ProblemNotice error={source.error} />}
      {isReady ? (
        <SteadyForm key={`${fullName} ${chosen.version}`} method={chosen} source={source.data} />
      ) : (
        <Lines count={5} />
      )}
    </Page>
  );
}

/** The catalogue is asked for again and again; what somebody is typing into stays as it was. */
function SteadyForm({ method, source }: { method: MethodInfo; source: Task | undefined }) {
  const [steady] = useState({ method, source });
  return <MethodForm method={steady.method} source={steady.source} />;
}

function Subtitle({ method, source }: { method: MethodInfo; source: Task | undefined }) {
  return (
    <Group gap="xs">
      <span>{method.description}</span>
      {source !== undefined && (
        <span>
          · as{' '}
          <PageLink to="/tasks/$id" params={{ id: source.id }} size="sm" underline="always">
            this task
          </PageLink>{' '}
          had it
        </span>
      )}
    </Group>
  );
}

function ScheduleIt({ fullName }: { fullName: string }) {
  const isAdmin = useMay('admin');
  if (!isAdmin) return null;
  return (
    <ButtonLink
      to="/schedules/new"
      search={{ method: fullName }}
      variant="default"
      leftSection={<IconCalendarRepeat size={16} aria-hidden />}
    >
      Make a schedule of it
    </ButtonLink>
  );
}

function VersionSelect({ versions, chosen }: { versions: MethodInfo[]; chosen: MethodInfo }) {
  const navigate = route.useNavigate();
  return (
    <Select
      label="Version"
      description="Live workers offer this method in versions with different arguments: a deployment may be under way."
      maw="28rem"
      mb="md"
      allowDeselect={false}
      value={chosen.version}
      data={versions.map(({ version, workers }) => ({
        value: version,
        label: `${version}, offered by ${workers.length}`,
      }))}
      onChange={(version) => version !== null && void navigate({ search: (before) => ({ ...before, version }) })}
    />
  );
}

function MethodUnknown({ fullName }: { fullName: string }) {
  return (
    <Page title="No live worker offers this method">
      <Text>
        No live worker offers <span className="mono">{fullName}</span>. It may be mistyped, or its workers are not
        running.
      </Text>
      <PageLink to="/run" mt="md" display="inline-block">
        To all methods
      </PageLink>
    </Page>
  );
}
