import { echo, ndjson, post, type Row, task } from './hostile.ts';

export const headers: Row[] = [
  [
    'an empty idempotency key',
    '/v1/tasks',
    { ...task({}), headers: { 'idempotency-key': '""' } },
    '400 idempotency_key_invalid header:idempotency-key',
  ],
  [
    'an open quote',
    '/v1/tasks',
    { ...task({}), headers: { 'idempotency-key': '"abc' } },
    '400 idempotency_key_invalid header:idempotency-key',
  ],
  [
    'two keys',
    '/v1/tasks',
    { ...task({}), headers: { 'idempotency-key': '"a", "b"' } },
    '400 idempotency_key_invalid header:idempotency-key',
  ],
  [
    'a key of bytes',
    '/v1/tasks',
    { ...task({}), headers: { 'idempotency-key': ':YWJj:' } },
    '400 idempotency_key_invalid header:idempotency-key',
  ],
  [
    'a key with umlauts',
    '/v1/tasks',
    { ...task({}), headers: { 'idempotency-key': '"\u00e4"' } },
    '400 idempotency_key_invalid header:idempotency-key',
  ],
  [
    'a key too long',
    '/v1/tasks',
    { ...task({}), headers: { 'idempotency-key': 'k'.repeat(256) } },
    '400 idempotency_key_invalid header:idempotency-key',
  ],
  [
    'a key too long for many',
    '/v1/tasks/bulk',
    { ...post('{}', ndjson), headers: { ...ndjson, 'idempotency-key': `"${'k'.repeat(256)}"` } },
    '400 idempotency_key_invalid header:idempotency-key',
  ],
  ['no token', '/v1/tasks', { token: null }, '401 token_missing'],
  ['an empty token', '/v1/tasks', { token: null, headers: { authorization: '' } }, '401 token_missing'],
  [
    'a password',
    '/v1/tasks',
    { token: null, headers: { authorization: 'Basic YWRtaW46YWRtaW4=' } },
    '401 token_missing',
  ],
  ['the scheme alone', '/v1/tasks', { token: null, headers: { authorization: 'Bearer' } }, '401 token_invalid'],
  ['a token nobody has', '/v1/tasks', { token: 'admin' }, '401 token_invalid'],
  ['a token with a space', '/v1/tasks', { token: 'a b' }, '401 token_invalid'],
  ['a token of 8 KiB', '/v1/tasks', { token: 'a'.repeat(8_192) }, '401 token_invalid'],
  ['a token in the address', '/v1/tasks?token=admin', { token: null }, '401 token_missing'],
  ['a wrong token with a broken body', '/v1/tasks', { ...post('{'), token: 'x' }, '401 token_invalid'],
];

/** `{later}` is a task that waits for an hour, `{foreign}` one of another company. */
export const changes: Row[] = [
  ['a patch of nothing', '/v1/tasks/{later}', { method: 'PATCH', json: {} }, '422 request_invalid '],
  [
    'a patch of the state',
    '/v1/tasks/{later}',
    { method: 'PATCH', json: { state: 'done' } },
    '422 request_invalid /state ',
  ],
  [
    'a patch of arguments with __proto__',
    '/v1/tasks/{later}',
    { ...post('{"kwargs":{"__proto__":1}}'), method: 'PATCH' },
    '422 request_invalid /kwargs/__proto__',
  ],
  [
    'a patch with two priorities',
    '/v1/tasks/{later}',
    { method: 'PATCH', json: { priority: [1, 2] } },
    '422 request_invalid /priority',
  ],
  ['retrying what waits', '/v1/tasks/{later}/retry', { method: 'POST' }, '409 state_conflict'],
  [
    'a reason that is a list',
    '/v1/tasks/{later}/cancel',
    { method: 'POST', json: { reason: [] } },
    '422 request_invalid /reason',
  ],
  [
    'a reason too long',
    '/v1/tasks/{later}/cancel',
    { method: 'POST', json: { reason: 'x'.repeat(201) } },
    '422 request_invalid /reason',
  ],
  ['no tasks at all', '/v1/tasks/bulk', { method: 'POST', json: { tasks: [] } }, '422 request_invalid /tasks'],
  [
    'tasks that are no list',
    '/v1/tasks/bulk',
    { method: 'POST', json: { tasks: { 0: echo } } },
    '422 request_invalid /tasks',
  ],
  ['a list of tasks alone', '/v1/tasks/bulk', { method: 'POST', json: [echo] }, '422 request_invalid '],
  [
    '1001 tasks',
    '/v1/tasks/bulk',
    { method: 'POST', json: { tasks: Array(1_001).fill(1) } },
    '422 request_invalid /tasks',
  ],
  [
    'a key without scopes',
    '/v1/keys',
    { method: 'POST', json: { name: 'x', scopes: [] } },
    '422 request_invalid /scopes',
  ],
  [
    'a scope that is none',
    '/v1/keys',
    { method: 'POST', json: { name: 'x', scopes: ['root'] } },
    '422 request_invalid /scopes/0',
  ],
  [
    'a key with a token',
    '/v1/keys',
    { method: 'POST', json: { name: 'x', scopes: ['read'], token: 'mine' } },
    '422 request_invalid /token',
  ],
  ['a foreign task', '/v1/tasks/{foreign}', { company: true }, '404 task_unknown'],
  ['cancelling a foreign task', '/v1/tasks/{foreign}/cancel', { company: true, method: 'POST' }, '404 task_unknown'],
  [
    'a task for another company',
    '/v1/tasks',
    { company: true, ...task({ company: 'umbrella' }) },
    '403 scope_missing /company',
  ],
  [
    'a key for all from a key for one',
    '/v1/keys',
    { company: true, method: 'POST', json: { name: 'x', scopes: ['admin'] } },
    '403 scope_missing',
  ],
  ['pausing what belongs to all', '/v1/queues/default/pause', { company: true, method: 'POST' }, '403 scope_missing'],
];
