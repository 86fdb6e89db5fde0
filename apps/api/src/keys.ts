import { Identity, KeyInfo, KeyRequest, NewKey, Scope } from '@drover/core';
import { z } from 'zod';
import { mayKill } from './authorize.ts';
import { pageOf } from './page.ts';
import { defineRoute, jsonBody, type Route } from './route.ts';

/** Keys open the whole cluster, so a key bound to a company does not handle them, not even its own. */

const create = defineRoute({
  method: 'post',
  path: '/v1/keys',
  operationId: 'createKey',
  tag: 'Keys',
  summary: 'Create a key',
  description: 'The answer holds the token. It is shown this once: only its digest is stored.',
  entry: 'admin',
  clusterWide: true,
  body: jsonBody(KeyRequest, { example: { name: 'shop', scopes: ['enqueue', 'read'], company: 'acme' } }),
  answers: { 201: { description: 'The key with its token.', schema: NewKey } },
  errors: ['key_limit'],
  audit: {
    action: 'key.create',
    target: ({ body }) => body.name,
    details: ({ body }) => body,
    made: ({ body }) => (body as NewKey).id,
  },
  handle: async ({ cluster, body }) => ({ status: 201, body: await cluster.keys.create(body) }),
});

const list = defineRoute({
  method: 'get',
  path: '/v1/keys',
  operationId: 'listKeys',
  tag: 'Keys',
  summary: 'List the keys',
  description: 'Without their tokens, which nobody knows. All come at once: `nextCursor` is always null.',
  entry: 'admin',
  clusterWide: true,
  answers: { 200: { description: 'The keys.', schema: pageOf(KeyInfo, 'KeyPage') } },
  handle: async ({ cluster }) => ({ status: 200, body: { items: await cluster.keys.list(), nextCursor: null } }),
});

const revoke = defineRoute({
  method: 'delete',
  path: '/v1/keys/{id}',
  operationId: 'revokeKey',
  tag: 'Keys',
  summary: 'Revoke a key',
  description:
    'Every process of the API refuses its token within a second. Without a key that has `admin`, nobody can make one: `npm start`, or an API with `ADMIN_TOKEN`, then makes the key `key_admin` again at its next start.',
  entry: 'admin',
  clusterWide: true,
  params: { id: { description: 'The id of the key.' } },
  answers: { 204: { description: 'It is revoked.' } },
  errors: ['key_unknown'],
  audit: { action: 'key.revoke' },
  async handle({ cluster, params }) {
    await cluster.keys.revoke(params.id ?? '');
    return { status: 204 };
  },
});

const Me = z
  .object({
    keyId: z.string(),
    name: z.string(),
    scopes: z.array(Scope),
    company: Identity.optional().describe('Missing: the key is bound to no company.'),
    mayKill: z.boolean().describe('Whether it may end tasks that run: with `admin`, or what `KILL_SCOPE` is set to.'),
  })
  .meta({ id: 'Me' });

const me = defineRoute({
  method: 'get',
  path: '/v1/me',
  operationId: 'getMe',
  tag: 'Keys',
  summary: 'Ask whose token this is',
  entry: 'known',
  answers: { 200: { description: 'The key that the token belongs to.', schema: Me } },
  handle({ caller, killScope }) {
    const { keyId, name, scopes, company } = caller;
    return { status: 200, body: { keyId, name, scopes, company, mayKill: mayKill({ caller, killScope }) } };
  },
});

export const keyRoutes: Route[] = [create, list, revoke, me];
