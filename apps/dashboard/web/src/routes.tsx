import type { QueryClient } from '@tanstack/react-query';
import {
  createRootRouteWithContext,
  createRoute,
  createRouter,
  lazyRouteComponent,
  redirect,
} from '@tanstack/react-router';
import { readAttentionSearch } from './attention/attention-search.ts';
import { readAuditSearch } from './audit/audit-search.ts';
import { BrokenPage, MissingPage } from './broken-page.tsx';
import { type FlowView, readFlowsSearch, readFlowView } from './flows/flows-search.ts';
import { readJobsSearch } from './jobs/jobs-search.ts';
import { readResultsSearch } from './jobs/results/results-search.ts';
import { OverviewPage } from './overview/overview-page.tsx';
import { ownPath, text } from './page-address.ts';
import { PageSkeleton } from './page-skeleton.tsx';
import { readCalendarSearch } from './schedules/calendar/calendar-search.ts';
import { readSchedulesSearch } from './schedules/schedules-search.ts';
import { readLedgerSearch } from './search/ledger-search.ts';
import { sessionQuery } from './session/session.ts';
import { SignInPage } from './session/sign-in-page.tsx';
import { Shell } from './shell/shell.tsx';
import { readStatisticsSearch } from './statistics/statistics-search.ts';
import { TaskPage } from './task/task-page.tsx';
import { TasksPage } from './tasks/tasks-page.tsx';

type Context = { queryClient: QueryClient };
type MethodPageSearch = {
  version?: string | undefined;
  /** The task whose arguments fill the form. */
  from?: string | undefined;
};
type NewScheduleSearch = {
  /** The schedule that it shall be like. */
  from?: string | undefined;
  /** What it runs, in full. */
  method?: string | undefined;
  /** The job that it runs. */
  job?: string | undefined;
};

const root = createRootRouteWithContext<Context>()({});

const signIn = createRoute({
  getParentRoute: () => root,
  path: '/sign-in',
  component: SignInPage,
  // What is not named here would pass as it is: an unfit value must be overwritten, not left out.
  validateSearch: ({ next }: Record<string, unknown>): { next?: string | undefined } => ({ next: ownPath(next) }),
});

/** Everything behind the sign-in. */
const inside = createRoute({
  getParentRoute: () => root,
  id: 'inside',
  component: Shell,
  beforeLoad: async ({ context, location }) => {
    const session = await context.queryClient.ensureQueryData(sessionQuery);
    if (session === null) throw redirect({ to: '/sign-in', search: { next: location.href } });
  },
});

const overview = createRoute({ getParentRoute: () => inside, path: '/', component: OverviewPage });

const tasks = createRoute({
  getParentRoute: () => inside,
  path: '/tasks',
  component: TasksPage,
  validateSearch: readLedgerSearch,
});

const executions = createRoute({
  getParentRoute: () => inside,
  path: '/executions',
  component: lazyRouteComponent(() => import('./executions/executions-page.tsx'), 'ExecutionsPage'),
  validateSearch: readLedgerSearch,
});

const task = createRoute({ getParentRoute: () => inside, path: '/tasks/$id', component: TaskPage });

const run = createRoute({
  getParentRoute: () => inside,
  path: '/run',
  component: lazyRouteComponent(() => import('./run/run-page.tsx'), 'RunPage'),
  validateSearch: ({ q }: Record<string, unknown>): { q?: string | undefined } => ({ q: text(q) }),
});

const method = createRoute({
  getParentRoute: () => inside,
  path: '/run/$method',
  component: lazyRouteComponent(() => import('./run/method-page.tsx'), 'MethodPage'),
  validateSearch: ({ version, from }: Record<string, unknown>): MethodPageSearch => ({
    version: text(version),
    from: text(from),
  }),
});

const queues = createRoute({
  getParentRoute: () => inside,
  path: '/cluster/queues',
  component: lazyRouteComponent(() => import('./queues/queues-page.tsx'), 'QueuesPage'),
});

const workers = createRoute({
  getParentRoute: () => inside,
  path: '/workers',
  component: lazyRouteComponent(() => import('./workers/workers-page.tsx'), 'WorkersPage'),
});

const worker = createRoute({
  getParentRoute: () => inside,
  path: '/workers/$id',
  component: lazyRouteComponent(() => import('./workers/worker/worker-page.tsx'), 'WorkerPage'),
});

/** The address of both, before each had a page of its own. */
const clusterPage = createRoute({
  getParentRoute: () => inside,
  path: '/cluster',
  beforeLoad: () => {
    throw redirect({ to: '/cluster/queues', replace: true });
  },
});

const attention = createRoute({
  getParentRoute: () => inside,
  path: '/attention',
  component: lazyRouteComponent(() => import('./attention/attention-page.tsx'), 'AttentionPage'),
  validateSearch: readAttentionSearch,
});

const statistics = createRoute({
  getParentRoute: () => inside,
  path: '/statistics',
  component: lazyRouteComponent(() => import('./statistics/statistics-page.tsx'), 'StatisticsPage'),
  validateSearch: readStatisticsSearch,
});

const schedules = createRoute({
  getParentRoute: () => inside,
  path: '/schedules',
  component: lazyRouteComponent(() => import('./schedules/schedules-page.tsx'), 'SchedulesPage'),
  validateSearch: readSchedulesSearch,
});

const newSchedule = createRoute({
  getParentRoute: () => inside,
  path: '/schedules/new',
  component: lazyRouteComponent(() => import('./schedules/form/new-page.tsx'), 'NewSchedulePage'),
  validateSearch: ({ from, method, job }: Record<string, unknown>): NewScheduleSearch => ({
    from: text(from),
    method: text(method),
    job: text(job),
  }),
});

const schedule = createRoute({
  getParentRoute: () => inside,
  path: '/schedules/$id',
  component: lazyRouteComponent(() => import('./schedules/schedule/schedule-page.tsx'), 'SchedulePage'),
  validateSearch: ({ cursor }: Record<string, unknown>): { cursor?: string | undefined } => ({ cursor: text(cursor) }),
});

const importSchedules = createRoute({
  getParentRoute: () => inside,
  path: '/schedules/import',
  component: lazyRouteComponent(() => import('./schedules/import/import-page.tsx'), 'ImportPage'),
});

const editSchedule = createRoute({
  getParentRoute: () => inside,
  path: '/schedules/$id/edit',
  component: lazyRouteComponent(() => import('./schedules/form/edit-page.tsx'), 'EditSchedulePage'),
});

const scheduleCalendar = createRoute({
  getParentRoute: () => inside,
  path: '/schedules/calendar',
  component: lazyRouteComponent(() => import('./schedules/calendar/calendar-page.tsx'), 'CalendarPage'),
  validateSearch: readCalendarSearch,
});

const flows = createRoute({
  getParentRoute: () => inside,
  path: '/flows',
  component: lazyRouteComponent(() => import('./flows/flows-page.tsx'), 'FlowsPage'),
  validateSearch: readFlowsSearch,
});

const flow = createRoute({
  getParentRoute: () => inside,
  path: '/flows/$id',
  component: lazyRouteComponent(() => import('./flows/flow/flow-page.tsx'), 'FlowPage'),
  validateSearch: ({ tasks }: Record<string, unknown>): { tasks?: FlowView | undefined } => ({
    tasks: readFlowView(tasks),
  }),
});

const jobs = createRoute({
  getParentRoute: () => inside,
  path: '/jobs',
  component: lazyRouteComponent(() => import('./jobs/jobs-page.tsx'), 'JobsPage'),
  validateSearch: readJobsSearch,
});

const newJob = createRoute({
  getParentRoute: () => inside,
  path: '/jobs/new',
  component: lazyRouteComponent(() => import('./jobs/form/new-page.tsx'), 'NewJobPage'),
  validateSearch: ({ from }: Record<string, unknown>): { from?: string | undefined } => ({ from: text(from) }),
});

const importJobs = createRoute({
  getParentRoute: () => inside,
  path: '/jobs/import',
  component: lazyRouteComponent(() => import('./jobs/import/import-page.tsx'), 'ImportJobsPage'),
});

const job = createRoute({
  getParentRoute: () => inside,
  path: '/jobs/$id',
  component: lazyRouteComponent(() => import('./jobs/job/job-page.tsx'), 'JobPage'),
});

const editJob = createRoute({
  getParentRoute: () => inside,
  path: '/jobs/$id/edit',
  component: lazyRouteComponent(() => import('./jobs/form/edit-page.tsx'), 'EditJobPage'),
});

const jobResults = createRoute({
  getParentRoute: () => inside,
  path: '/job-results',
  component: lazyRouteComponent(() => import('./jobs/results/results-page.tsx'), 'ResultsPage'),
  validateSearch: readResultsSearch,
});

const jobResult = createRoute({
  getParentRoute: () => inside,
  path: '/job-results/$id',
  component: lazyRouteComponent(() => import('./jobs/results/result-page.tsx'), 'ResultPage'),
});

const audit = createRoute({
  getParentRoute: () => inside,
  path: '/audit',
  component: lazyRouteComponent(() => import('./audit/audit-page.tsx'), 'AuditPage'),
  validateSearch: readAuditSearch,
});

/** Any other address: within the frame, so that people find on from there. */
const elsewhere = createRoute({ getParentRoute: () => inside, path: '$', component: MissingPage });

export function createPages(queryClient: QueryClient) {
  return createRouter({
    routeTree: root.addChildren([
      signIn,
      inside.addChildren([
        overview,
        tasks,
        executions,
        task,
        run,
        method,
        attention,
        statistics,
        schedules,
        importSchedules,
        newSchedule,
        schedule,
        editSchedule,
        scheduleCalendar,
        flows,
        flow,
        jobs,
        importJobs,
        newJob,
        job,
        editJob,
        jobResults,
        jobResult,
        queues,
        workers,
        worker,
        clusterPage,
        audit,
        elsewhere,
      ]),
    ]),
    context: { queryClient },
    defaultPreload: 'intent',
    defaultPendingComponent: PageSkeleton,
    defaultErrorComponent: BrokenPage,
    defaultNotFoundComponent: MissingPage,
    scrollRestoration: true,
  });
}
