import { ModelInfo } from '@drover/core';
import { z } from 'zod';
import { pageOf } from './page.ts';
import { Flag } from './query-flag.ts';
import { defineRoute, type Route } from './route.ts';

/** The catalogue: what live workers offer. It belongs to no company, so every key with `read` sees all of it. */

const ModelQuery = z.strictObject({
  filters: Flag.describe('`true`: only methods that are templates for filters of jobs. `false`: only the others.'),
});

const list = defineRoute({
  method: 'get',
  path: '/v1/models',
  operationId: 'listModels',
  tag: 'Models',
  summary: 'List what the cluster can do',
  description:
    'Every method that a live worker announces, with the JSON Schemas of its arguments. Two versions of a method with different schemas are both listed. All come at once: `nextCursor` is always null.',
  entry: 'read',
  query: ModelQuery,
  answers: { 200: { description: 'The models.', schema: pageOf(ModelInfo, 'ModelPage') } },
  handle: async ({ cluster, query: { filters } }) => {
    const models = await cluster.catalogue.list();
    const items = filters === undefined ? models : models.flatMap((model) => narrowed(model, filters));
    return { status: 200, body: { items, nextCursor: null } };
  },
});

/** Without models that have no such method. */
function narrowed(model: ModelInfo, isFilter: boolean): ModelInfo[] {
  const methods = model.methods.filter((method) => (method.isFilter === true) === isFilter);
  return methods.length === 0 ? [] : [{ ...model, methods }];
}

const get = defineRoute({
  method: 'get',
  path: '/v1/models/{model}',
  operationId: 'getModel',
  tag: 'Models',
  summary: 'Look at a model',
  entry: 'read',
  params: { model: { description: 'Its name.', example: 'account.invoice' } },
  answers: { 200: { description: 'The model with its methods.', schema: ModelInfo } },
  errors: ['model_unknown'],
  handle: async ({ cluster, params }) => ({ status: 200, body: await cluster.catalogue.model(params.model ?? '') }),
});

export const modelRoutes: Route[] = [list, get];
