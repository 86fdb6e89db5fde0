import { bulkRoutes } from './bulk.ts';
import { healthRoutes } from './health.ts';
import { keyRoutes } from './keys.ts';
import { modelRoutes } from './models.ts';
import { queueRoutes } from './queues.ts';
import type { Route } from './route.ts';
import { taskActionRoutes } from './task-actions.ts';
import { taskRoutes } from './tasks.ts';
import { workerRoutes } from './workers.ts';

/** Every route that the document describes. The router tries them in this order, so the busiest come first. */
export const routes: Route[] = [
  ...taskRoutes,
  ...bulkRoutes,
  ...taskActionRoutes,
  ...modelRoutes,
  ...queueRoutes,
  ...workerRoutes,
  ...keyRoutes,
  ...healthRoutes,
];
