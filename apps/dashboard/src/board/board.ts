import { createBullBoard } from '@bull-board/api';
import { BullMQAdapter } from '@bull-board/api/bullMQAdapter';
import { ExpressAdapter } from '@bull-board/express';
import type { BoardQueues } from '@drover/broker';
import { ClusterError } from '@drover/core';
import { type Application, type RequestHandler, Router } from 'express';
import { strictBoardPage } from './board-page.ts';
import { redacted } from './redaction.ts';

export const boardPath = '/queues';

/** The styles that Bull Board's scripts put into the page, by their hashes. */
export const boardStyles = [
  // The colours of its Redis logo.
  "'sha256-r2N1TB/gHbBtBZFKg7ejmq1acVSREzucTAEw6ga4hoU='",
  // What hides the scroll bar of its lists.
  "'sha256-kLmvWqfziFavKtqHqRsb90f006UAK2Dmd0It5Iz2KFA='",
];

/** How often a page asks for news, seconds. */
const pollSeconds = 5;

/**
 * Bull Board, to look at: what it would change, it would change behind the ledger's back. It shows every company's tasks,
 * so who may see it is decided before.
 */
export function createBoard(queues: BoardQueues): Router {
  const serverAdapter = new ExpressAdapter();
  serverAdapter.setBasePath(boardPath);
  const board = createBullBoard({
    queues: [],
    serverAdapter,
    options: {
      uiConfig: {
        boardTitle: 'Drover: BullMQ',
        boardLogo: { path: '/favicon.svg', width: 28, height: 28 },
        favIcon: { default: '/favicon.svg', alternative: 'static/favicon-32x32.png' },
        miscLinks: [{ text: 'Drover', url: '/' }],
        hideDocsLink: true,
        sortQueues: true,
        // It would look for BullMQ's own workers, and find none: ours are at /workers.
        showWorkers: false,
        pollingInterval: { showSetting: true, forceInterval: pollSeconds },
      },
      handlerHooks: { after: (_context, result) => ({ ...result, body: redacted(result.body) as typeof result.body }) },
    },
  });

  const adapters = new Map<string, BullMQAdapter>();
  const findQueues: RequestHandler = async (_request, _response, next) => {
    for (const queue of await queues.list()) {
      if (!adapters.has(queue.name)) adapters.set(queue.name, readOnlyAdapter(queue));
    }
    board.setQueues([...adapters.values()]);
    next();
  };

  const bullBoard = serverAdapter.getRouter() as Application;
  bullBoard.disable('x-powered-by');
  const router = Router();
  router.use(refuseChanges);
  router.use('/api', noStore, findQueues);
  router.use(makePageStrict);
  router.use(bullBoard);
  return router;
}

function readOnlyAdapter(queue: ConstructorParameters<typeof BullMQAdapter>[0]): BullMQAdapter {
  return new BullMQAdapter(queue, {
    readOnlyMode: true,
    allowRetries: false,
    description: 'Only to look at: tasks are changed on the pages of Drover.',
    externalJobUrl: ({ id }) => ({ href: taskPage(String(id)), displayText: 'Open in Drover' }),
  });
}

function taskPage(id: string): string {
  return `/tasks/${encodeURIComponent(id)}`;
}

/** The board's hooks would do; this does not depend on them. */
const refuseChanges: RequestHandler = (request, response, next) => {
  if (request.method === 'GET' || request.method === 'HEAD') return next();
  response.set('allow', 'GET, HEAD');
  next(new ClusterError('method_not_allowed', `Bull Board only shows. ${whereInstead(request.path)}`));
};

/** The page of ours that does what was asked. */
export function whereInstead(path: string): string {
  const [, queue, job] = /^\/api\/queues\/([^/]+)\/([^/]+)\/[^/]+$/.exec(path) ?? [];
  const isOneJob =
    job !== undefined && !['clean', 'retry', 'rate-limit'].includes(job) && !path.includes('/job-schedulers/');
  if (queue !== undefined && isOneJob) return `Change this task at /tasks/${job}.`;
  if (path.endsWith('/add')) return 'Run a method at /run.';
  return 'Pause and resume queues at /cluster/queues; change tasks at /tasks.';
}

const noStore: RequestHandler = (_request, response, next) => {
  response.set('cache-control', 'no-store');
  next();
};

/** What is sent as text, without a type of its own yet, is the page. */
const makePageStrict: RequestHandler = (_request, response, next) => {
  const send = response.send.bind(response);
  response.send = (body) => {
    const isPage = typeof body === 'string' && response.get('content-type') === undefined;
    if (isPage) response.set('cache-control', 'no-store');
    return send(isPage ? strictBoardPage(body) : body);
  };
  next();
};
