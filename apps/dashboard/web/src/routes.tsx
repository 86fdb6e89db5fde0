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
import { OverviewPage } from './overview/overview-page.tsx';
import { PageSkeleton } from './page-skeleton.tsx';
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

const root = createRootRouteWithContext<Context>()({});

/** A text of the address, if it is one and not endless. */
function text(value: unknown): string | undefined {
  if (typeof value === 'number') return String(value);
  return typeof value === 'string' && value !== '' && value.length <= 500 ? value : undefined;
}

/** Where to go after signing in: only ever a page of ours. */
function ownPath(value: unknown): string | undefined {
  const path = text(value);
  return path !== undefined && /^\/(?![/\\])/.test(path) ? path : undefined;
}

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

const clusterPage = createRoute({
  getParentRoute: () => inside,
  path: '/cluster',
  component: lazyRouteComponent(() => import('./cluster/cluster-page.tsx'), 'ClusterPage'),
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
