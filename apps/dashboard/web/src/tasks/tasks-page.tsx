import type { TaskPage } from '@drover/core';
import { Stack } from '@mantine/core';
import { useQuery, useQueryClient } from '@tanstack/react-query';
import { getRouteApi } from '@tanstack/react-router';
import { useRef, useState } from 'react';
import { ActionDialog, type AskedAction } from '../actions/action-dialog.tsx';
import { MatchingMenu } from '../actions/matching-menu.tsx';
import { queuesQuery, tasksQuery } from '../cluster.ts';
import { Page } from '../page.tsx';
import { FilterBar } from '../search/filter-bar.tsx';
import { FoundPart } from '../search/found-part.tsx';
import { filterKey, filterOf, type LedgerField } from '../search/ledger-search.ts';
import { LookFurther } from '../search/look-further.tsx';
import { PageSteps } from '../search/page-steps.tsx';
import { Section } from '../section.tsx';
import { useMay } from '../session/session.ts';
import { stateLooks } from '../state.ts';
import { OpenById } from './open-by-id.tsx';
import { StateTabs } from './state-tabs.tsx';
import { TaskList } from './task-list.tsx';

const route = getRouteApi('/inside/tasks');

/** The tabs say it. */
const elsewhere: LedgerField[] = ['state'];

export function TasksPage() {
  const search = route.useSearch();
  const navigate = route.useNavigate();
  const canOperate = useMay('operate');
  const queues = useQuery(queuesQuery);
  const tasks = useQuery(tasksQuery(search));
  const [asked, setAsked] = useState<{ action: AskedAction; onStarted?: () => void }>();
  const list = useRef<HTMLDivElement>(null);
  const close = () => {
    setAsked(undefined);
    // The button that opened the dialog went with the selection: the focus goes to the list.
    setTimeout(() => document.activeElement === document.body && list.current?.focus());
  };
  const filter = filterOf(search, Date.now());
  const seenTags = tasks.data?.items.flatMap(({ tags }) => tags) ?? [];
  return (
    <Page title="Tasks" actions={<OpenById />}>
      <Stack gap="md">
        <FilterBar
          search={search}
          elsewhere={elsewhere}
          seenTags={seenTags}
          error={tasks.error}
          onSearch={(wanted) => void navigate({ search: wanted, resetScroll: false })}
        />
        <StateTabs search={search} queues={queues.data} />
        <Section
          title={search.state === undefined ? 'All states' : stateLooks[search.state].label}
          aside={
            canOperate && (
              <MatchingMenu
                isFiltered={Object.keys(filter).length > 0}
                onAct={(action) => setAsked({ action: { action, filter } })}
              />
            )
          }
          isFlush
        >
          <FoundPart query={tasks} ref={list}>
            {(page) => (
              <>
                <TaskList
                  page={page}
                  search={search}
                  canSelect={canOperate}
                  onAct={(action, onStarted) => setAsked({ action, onStarted })}
                />
                <Further page={page} />
              </>
            )}
          </FoundPart>
        </Section>
      </Stack>
      {asked !== undefined && <ActionDialog asked={asked.action} onStarted={asked.onStarted} onClose={close} />}
    </Page>
  );
}

function Further({ page }: { page: TaskPage }) {
  const search = route.useSearch();
  const navigate = route.useNavigate();
  const queryClient = useQueryClient();
  return (
    <>
      {search.q !== undefined && (
        <LookFurther
          key={`${filterKey(search)} ${search.cursor}`}
          noun="task"
          page={page}
          look={(cursor) => queryClient.fetchQuery(tasksQuery({ ...search, cursor }))}
          onFound={(cursor) => void navigate({ search: { ...search, cursor } })}
        />
      )}
      <PageSteps path="/tasks" search={search} nextCursor={page.nextCursor} />
    </>
  );
}
