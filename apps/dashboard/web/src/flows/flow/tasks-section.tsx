import type { Flow } from '@drover/core';
import { SegmentedControl, Skeleton } from '@mantine/core';
import { useMediaQuery } from '@mantine/hooks';
import { getRouteApi } from '@tanstack/react-router';
import { lazy, Suspense } from 'react';
import { Section } from '../../section.tsx';
import { readFlowView } from '../flows-search.ts';
import { TaskList } from './task-list.tsx';

const route = getRouteApi('/inside/flows/$id');

/** Larger flows are a list unless a graph is asked for. */
const graphTasks = 300;

/** Apart from the page: the list needs nothing of what draws. */
const Graph = lazy(async () => ({ default: (await import('./graph/graph.tsx')).Graph }));

/** The tasks and what they wait for: drawn, or as a list that says the same. */
export function TasksSection({ flow }: { flow: Flow }) {
  const search = route.useSearch();
  const navigate = route.useNavigate();
  // A graph takes the touches that would scroll the page.
  const isWide = useMediaQuery('(min-width: 48em)', true, { getInitialValueInEffect: false });
  const view = search.tasks ?? (isWide && flow.tasks.length <= graphTasks ? 'graph' : 'list');
  return (
    <Section
      title="Tasks"
      isFlush
      aside={
        <SegmentedControl
          size="xs"
          aria-label="How the tasks are shown"
          value={view}
          data={[
            { value: 'graph', label: 'Graph' },
            { value: 'list', label: 'List' },
          ]}
          onChange={(chosen) =>
            void navigate({ search: { tasks: readFlowView(chosen) }, replace: true, resetScroll: false })
          }
        />
      }
    >
      {view === 'graph' ? (
        <Suspense fallback={<Skeleton height={200} radius={0} />}>
          <Graph flow={flow} />
        </Suspense>
      ) : (
        <TaskList tasks={flow.tasks} />
      )}
    </Section>
  );
}
