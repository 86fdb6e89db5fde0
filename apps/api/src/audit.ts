import { AuditFilter, AuditPage } from '@drover/core';
import { Cursor, Limit } from './page.ts';
import { defineRoute, type Route } from './route.ts';

const list = defineRoute({
  method: 'get',
  path: '/v1/audit',
  operationId: 'listAudit',
  tag: 'Audit',
  summary: 'See who changed what',
  description:
    'Every change by a person or key, newest first, for a year: those that were made, and those that were refused. Enqueueing is none. ' +
    'A page may be short, or even empty, and still have a next one: then a request had to look through more than it may. ' +
    'A key bound to a company sees what the keys of that company did.',
  entry: 'admin',
  query: AuditFilter.extend({ limit: Limit, cursor: Cursor }),
  answers: { 200: { description: 'A page of changes.', schema: AuditPage } },
  handle: async ({ cluster, caller, query }) => ({ status: 200, body: await cluster.audit.list(query, caller) }),
});

export const auditRoutes: Route[] = [list];
