import type { Flow } from '@drover/core';
import type { AskOptions } from './api-stage.ts';
import type { Contract } from './contract.ts';
import { eventually } from './eventually.ts';
import { echoing, failingOnce, flowsPath, slow } from './flow-talk.ts';

/** Everything that may be asked of flows, held against the document. */
export async function flowTalk({ ask }: Contract): Promise<void> {
  const create = (json: object, options: AskOptions = {}, query = '') =>
    ask<Flow>('POST /v1/flows', `${flowsPath}${query}`, { json, ...options });
  const chain = (json: object, options: AskOptions = {}) =>
    ask<Flow>('POST /v1/chains', '/v1/chains', { json, ...options });
  const onOne = (operation: string, id: string, options: AskOptions = {}) => {
    const [method = '', rest = ''] = operation.split(' ');
    const [template = ''] = rest.split('?');
    return ask<Flow>(`${method} ${flowsPath}/{id}${template}`, `${flowsPath}/${id}${rest}`, options);
  };
  const { id } = (await create({ name: 'Everything', user: 'ann', company: 'acme', tasks: everything })).body;
  await onOne('GET ', id);
  await onOne('GET ?wait=1', id, { headers: { prefer: 'wait=9' } });
  await create({ tasks: everything }, { headers: { prefer: 'wait=1, respond-async', 'idempotency-key': '"flow"' } });
  await create({ tasks: [echoing('a')] }, { headers: { 'idempotency-key': '"flow"' } });
  await create({ tasks: [echoing('a', [], ['a'])] });
  await create({ tasks: [{ key: 'a', model: 'probe', method: 'nope' }] });
  await create({ tasks: [] });
  await create({ tasks: [echoing('a')] }, { headers: { 'idempotency-key': '"' } });
  await create({ tasks: [echoing('a')] }, {}, '?unchecked=nope');

  const failed = (await create({ tasks: [failingOnce('a'), echoing('b', [], ['a'])] }, wait)).body;
  const { headers } = await onOne('GET ', failed.id);
  await onOne('GET ', failed.id, { headers: { 'if-none-match': headers.get('etag') ?? '' } });
  await onOne('POST /resume', failed.id, { json: { dryRun: true } });
  await onOne('POST /resume', failed.id);
  await onOne('GET ?wait=20', failed.id);
  await onOne('POST /resume', failed.id);
  await onOne('POST /resume', failed.id, { json: { dryRun: 'yes' } });

  const step = { model: 'probe', method: 'echo' };
  await chain({ name: 'Two', steps: [step, { ...step, key: 'b', onFailure: 'continue', args: ['${step1.0}'] }] }, wait);
  await chain({ steps: [step, { ...step, method: 'nope' }] });
  await chain({ steps: [step] }, { headers: { 'idempotency-key': '"' } });

  await onOne('POST /cancel', id, { json: { reason: 'no more', running: 'kill' } });
  await onOne('POST /cancel', id, { json: { running: 'maybe' } });
  await onOne('POST /cancel', 'flw_none');
  await onOne('POST /resume', 'flw_none');
  await onOne('GET ', 'flw_none');
  await ask('GET /v1/flows', flowsPath);
  await ask('GET /v1/flows', `${flowsPath}?state=error&company=acme&q=everything&limit=1`);
  await ask('GET /v1/flows', `${flowsPath}?state=nope`);
  await aTaskThatWaits({ ask });
}

const wait = { headers: { prefer: 'wait=20' } };

/** Outside of a flow: what it waits for, and what becomes of it, are told of the task itself. */
async function aTaskThatWaits({ ask }: Pick<Contract, 'ask'>): Promise<void> {
  const failing = { model: 'probe', method: 'permanent_error', delaySeconds: 1 };
  const first = await ask<{ id: string }>('POST /v1/tasks', '/v1/tasks', { json: failing });
  const dependsOn = [first.body.id, { task: first.body.id, as: 'first', onFailure: 'continue' }];
  const json = { model: 'probe', method: 'echo' };
  for (const dependency of dependsOn) {
    const { body } = await ask<{ id: string }>('POST /v1/tasks', '/v1/tasks', {
      json: { ...json, dependsOn: [dependency] },
    });
    await ask('GET /v1/tasks/{id}', `/v1/tasks/${body.id}?wait=20`);
    await eventually(() => ask('GET /v1/tasks/{id}/explain', `/v1/tasks/${body.id}/explain`));
  }
  await ask('POST /v1/tasks', '/v1/tasks', { json: { ...json, dependsOn: ['tsk_01m80bhnby5kde7dfpydj4-0-default'] } });
}

const everything = [
  echoing('a', ['x'], [], {
    name: 'The first',
    queue: 'default',
    priority: 7,
    maxRetries: 1,
    timeoutSeconds: 10,
    retry: { delaySeconds: 5 },
    tags: ['a'],
    notifyOnFailure: true,
  }),
  { key: 'items', model: 'probe', method: 'items', kwargs: { ok: 1, failed: 1 } },
  echoing('b', ['${a.0}', { when: '${now}' }], ['a', { key: 'items', onFailure: 'continue' }], { when: 'a.0 == "y"' }),
  { key: 'stuck', model: 'probe', method: 'data_error' },
  slow('late', 60_000, ['a'], { background: true, delaySeconds: 1 }),
];
