import { actionRoutes } from './actions.ts';
import { auditRoutes } from './audit.ts';
import { autoscaleRoutes } from './autoscale.ts';
import { bulkRoutes } from './bulk.ts';
import { eventRoutes } from './events.ts';
import { executionRoutes } from './executions.ts';
import { explainRoutes } from './explain.ts';
import { flowActionRoutes } from './flow-actions.ts';
import { flowRoutes } from './flows.ts';
import { healthRoutes } from './health.ts';
import { jobExportRoutes } from './job-export.ts';
import { jobImportRoutes } from './job-import.ts';
import { jobRunRoutes } from './job-runs.ts';
import { jobRoutes } from './jobs.ts';
import { keyRoutes } from './keys.ts';
import { modelRoutes } from './models.ts';
import { queueRoutes } from './queues.ts';
import type { Route } from './route.ts';
import { scheduleActionRoutes } from './schedule-actions.ts';
import { scheduleExportRoutes } from './schedule-export.ts';
import { scheduleImportRoutes } from './schedule-import.ts';
import { scheduleTimeRoutes } from './schedule-times.ts';
import { scheduleRoutes } from './schedules.ts';
import { statisticsRoutes } from './statistics.ts';
import { taskActionRoutes } from './task-actions.ts';
import { taskRoutes } from './tasks.ts';
import { workerActionRoutes } from './worker-actions.ts';
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
  ...flowRoutes,
  ...flowActionRoutes,
  ...jobExportRoutes,
  ...jobImportRoutes,
  ...jobRoutes,
  ...jobRunRoutes,
  ...scheduleExportRoutes,
  ...scheduleImportRoutes,
  ...scheduleTimeRoutes,
  ...scheduleRoutes,
  ...scheduleActionRoutes,
  ...statisticsRoutes,
  ...modelRoutes,
  ...queueRoutes,
  ...workerRoutes,
  ...autoscaleRoutes,
  ...workerActionRoutes,
  ...keyRoutes,
  ...auditRoutes,
  ...healthRoutes,
];
