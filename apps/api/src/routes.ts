import { actionRoutes } from './actions.ts';
import { auditRoutes } from './audit.ts';
import { bulkRoutes } from './bulk.ts';
import { eventRoutes } from './events.ts';
import { executionRoutes } from './executions.ts';
import { explainRoutes } from './explain.ts';
import { healthRoutes } from './health.ts';
import { keyRoutes } from './keys.ts';
import { modelRoutes } from './models.ts';
import { queueRoutes } from './queues.ts';
import type { Route } from './route.ts';
import { statisticsRoutes } from './statistics.ts';
import { taskActionRoutes } from './task-actions.ts';
import { taskRoutes } from './tasks.ts';
import { workerRoutes } from './workers.ts';

/**
 * Every route that the document describes. The router tries them in this order: the busiest come first, and a fixed
 * path before one with a parameter that would take it.
 */
export const routes: Route[] = [
  ...bulkRoutes,
  ...actionRoutes,
  ...taskRoutes,
  ...taskActionRoutes,
  ...eventRoutes,
  ...explainRoutes,
  ...executionRoutes,
  ...statisticsRoutes,
  ...modelRoutes,
  ...queueRoutes,
  ...workerRoutes,
  ...keyRoutes,
  ...auditRoutes,
  ...healthRoutes,
];
