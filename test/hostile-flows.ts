import { limits } from '@drover/core';
import type { AskOptions } from './api-stage.ts';
import { deep, echo, json, post, type Row } from './hostile.ts';

const path = '/v1/flows';
/** Ids that may have been. */
const never = 'tsk_01m80bhnby5kde7dfpydj4-0-default';
const other = 'tsk_01m80bhnby5kde7dfpydj5-0-default';
const flow = (tasks: unknown, fields: object = {}): AskOptions => ({ method: 'POST', json: { tasks, ...fields } });
const one = (fields: object): AskOptions =>
  flow([
    { key: 'ok', ...echo },
    { key: 'a', ...echo, ...fields },
  ]);
const oneText = (fields: string): AskOptions =>
  post(
    `{"tasks":[{"key":"ok","model":"probe","method":"echo"},{"key":"a","model":"probe","method":"echo",${fields}}]}`,
  );
const chain = (steps: unknown, fields: object = {}): AskOptions => ({ method: 'POST', json: { steps, ...fields } });

const bodies: Row[] = [
  ['a flow of no body', path, { method: 'POST', headers: json }, '400 body_invalid'],
  ['a flow that is a list', path, post('[]'), '422 request_invalid '],
  ['a flow of nothing', path, post('{}'), '422 request_invalid /tasks'],
  ['tasks that are none', path, flow({}), '422 request_invalid /tasks'],
  ['a task that is a text', path, flow(['echo']), '422 request_invalid /tasks/0'],
  ['a task that is null', path, flow([null]), '422 request_invalid /tasks/0'],
  ['a flow with an id', path, flow([{ key: 'a', ...echo }], { id: 'flw_mine' }), '422 request_invalid /id'],
  ['a flow with a job', path, flow([{ key: 'a', ...echo }], { job: 'job_1' }), '422 request_invalid /job'],
  [
    'a flow of a prototype',
    path,
    post('{"tasks":[{"key":"a"}],"__proto__":{"x":1}}'),
    '422 request_invalid /tasks/0/model /tasks/0/method /__proto__',
  ],
  ['a flow that is too large', path, post(`"${'x'.repeat(limits.bodyBytes)}"`), '413 body_too_large'],
  [
    'a name of a flow with a line break',
    path,
    flow([{ key: 'a', ...echo }], { name: 'a\nb' }),
    '422 request_invalid /name',
  ],
  ['a task without a key', path, flow([echo]), '422 request_invalid /tasks/0/key'],
  ['the key __proto__', path, flow([{ key: '__proto__', ...echo }]), '422 request_invalid /tasks/0/key'],
  ['a key with a dot', path, flow([{ key: 'a.b', ...echo }]), '422 request_invalid /tasks/0/key'],
  ['a key that is a word of the language', path, flow([{ key: 'now', ...echo }]), '422 request_invalid /tasks/0/key'],
  ['a key with a line break', path, flow([{ key: 'a\n', ...echo }]), '422 request_invalid /tasks/0/key'],
  ['a key too long', path, flow([{ key: 'a'.repeat(65), ...echo }]), '422 request_invalid /tasks/0/key'],
  [
    'the keys constructor and toString, as in any language',
    path,
    flow([
      { key: 'constructor', ...echo },
      { key: 'b', ...echo, dependsOn: ['toString'] },
    ]),
    '422 flow_invalid /tasks/1/dependsOn/0',
  ],
  ['a model with a path, in a flow', path, one({ model: '../etc' }), '422 request_invalid /tasks/1/model'],
  ['a company of one task', path, one({ company: 'umbrella' }), '422 request_invalid /tasks/1/company'],
  ['a user of one task', path, one({ user: 'ann' }), '422 request_invalid /tasks/1/user'],
  ['an edge that is a number', path, one({ dependsOn: [7] }), '422 request_invalid /tasks/1/dependsOn/0'],
  [
    'an edge of a prototype',
    path,
    oneText('"dependsOn":[{"__proto__":{"key":"ok"}}]'),
    '422 request_invalid /tasks/1/dependsOn/0',
  ],
  [
    'an edge with a policy nobody knows',
    path,
    one({ dependsOn: [{ key: 'ok', onFailure: 'retry' }] }),
    '422 request_invalid /tasks/1/dependsOn/0',
  ],
  ['edges that are a text', path, one({ dependsOn: 'ok' }), '422 request_invalid /tasks/1/dependsOn'],
  ['a background that is neither', path, one({ background: 'yes' }), '422 request_invalid /tasks/1/background'],
  ['a condition that is true', path, one({ when: true }), '422 request_invalid /tasks/1/when'],
  [
    'a condition that is too long',
    path,
    one({ when: `1 == ${'1'.repeat(limits.expressionLength)}` }),
    '422 request_invalid /tasks/1/when',
  ],
  ['an empty condition', path, one({ when: '' }), '422 flow_invalid /tasks/1/when'],
  ['a condition that is a program', path, one({ when: 'process.exit(1)' }), '422 flow_invalid /tasks/1/when'],
  ['a condition of a thousand brackets', path, one({ when: '('.repeat(900) }), '422 flow_invalid /tasks/1/when'],
  [
    'an expression that constructs',
    path,
    one({ args: ['${constructor.constructor("return 1")()}'] }),
    '422 flow_invalid /tasks/1/args/0',
  ],
  [
    '__proto__ in an argument of a flow',
    path,
    oneText('"args":[{"a":[{"__proto__":null}]}]'),
    '422 request_invalid /tasks/1/args/0/a/0/__proto__',
  ],
  [
    'a number beyond all numbers, in a flow',
    path,
    oneText('"kwargs":{"a":1e400}'),
    '422 request_invalid /tasks/1/kwargs/a',
  ],
  [
    'a whole number that would be rounded, in a flow',
    path,
    oneText('"args":[9007199254740993]'),
    '422 request_invalid /tasks/1/args/0',
  ],
  [
    'an argument 65 levels deep, in a flow',
    path,
    oneText(`"args":${deep(65)}`),
    `422 request_invalid /tasks/1/args${'/0'.repeat(64)}`,
  ],
  [
    'an argument 200 000 levels deep, in a flow',
    path,
    oneText(`"kwargs":{"a":${deep(200_000)}}`),
    `422 request_invalid /tasks/1/kwargs/a${'/0'.repeat(63)}`,
  ],
  ['a chain of tasks', '/v1/chains', chain(undefined, { tasks: [echo] }), '422 request_invalid /steps /tasks'],
  [
    'a step that waits',
    '/v1/chains',
    chain([echo, { ...echo, dependsOn: ['step1'] }]),
    '422 request_invalid /steps/1/dependsOn',
  ],
  [
    'a step with the key of another',
    '/v1/chains',
    chain([echo, { key: 'step1', ...echo }]),
    '422 flow_invalid /steps/1/key /steps/1/dependsOn/0',
  ],
  [
    'a rounded number in a chain',
    '/v1/chains',
    post('{"steps":[{"model":"probe","method":"echo","args":[[12345678901234567890]]}]}'),
    '422 request_invalid /steps/0/args/0/0',
  ],
  [
    'an open quote before a flow',
    path,
    { ...one({}), headers: { 'idempotency-key': '"a' } },
    '400 idempotency_key_invalid header:idempotency-key',
  ],
  [
    'a task that waits for a text',
    '/v1/tasks',
    { method: 'POST', json: { ...echo, dependsOn: ['somebody'] } },
    '422 request_invalid /dependsOn/0',
  ],
  [
    'a task that waits for a path',
    '/v1/tasks',
    { method: 'POST', json: { ...echo, dependsOn: [{ task: '../x' }] } },
    '422 request_invalid /dependsOn/0/task',
  ],
  [
    'a task that waits for one that is none',
    '/v1/tasks',
    { method: 'POST', json: { ...echo, dependsOn: [never] } },
    '422 request_invalid /dependsOn/0',
  ],
  [
    'a task that waits for one twice',
    '/v1/tasks',
    { method: 'POST', json: { ...echo, dependsOn: [never, { task: never, onFailure: 'continue' }] } },
    '422 request_invalid /dependsOn/1',
  ],
  [
    'a task that waits for two under one name',
    '/v1/tasks',
    { method: 'POST', json: { ...echo, dependsOn: [never, other].map((task) => ({ task, as: 'it' })) } },
    '422 request_invalid /dependsOn/1',
  ],
  [
    'a task that waits for a thousand and one',
    '/v1/tasks',
    {
      method: 'POST',
      json: { ...echo, dependsOn: Array.from({ length: 1_001 }, (_, n) => `${never}${n}`) },
    },
    '422 request_invalid /dependsOn',
  ],
];

/** `{foreignFlow}` is one of another company. */
const addresses: Row[] = [
  ['a flow that is none', `${path}/flw_none`, {}, '404 flow_unknown'],
  ['a flow of a path', `${path}/..%2f..%2fetc%2fpasswd`, {}, '404 flow_unknown'],
  ['a flow of NUL', `${path}/%00`, {}, '404 flow_unknown'],
  ['a flow of 4000 characters', `${path}/${'x'.repeat(4_000)}`, {}, '404 flow_unknown'],
  ['a flow by its Redis key', `${path}/{flow}:x`, {}, '404 flow_unknown'],
  ['all flows deleted', path, { method: 'DELETE' }, '405 method_not_allowed'],
  ['a flow put', `${path}/{flow}`, { method: 'PUT', json: {} }, '405 method_not_allowed'],
  ['getting a cancel of a flow', `${path}/{flow}/cancel`, {}, '405 method_not_allowed'],
  ['getting chains', '/v1/chains', {}, '405 method_not_allowed'],
  ['a state of flows that is none', `${path}?state=waiting`, {}, '422 request_invalid ?state'],
  ['flows from a cursor of one’s own', `${path}?cursor=abc`, {}, '422 request_invalid ?cursor'],
  [
    'flows from a cursor of infinity',
    `${path}?cursor=${Buffer.from('-inf flw_x').toString('base64url')}`,
    {},
    '422 request_invalid ?cursor',
  ],
  ['flows by a tag', `${path}?tag=a`, {}, '422 request_invalid ?tag'],
  ['a wait for a flow that is none', `${path}/{flow}?wait=soon`, {}, '422 request_invalid ?wait'],
  [
    'a cancel that kills nicely',
    `${path}/{flow}/cancel`,
    { method: 'POST', json: { running: 'gently' } },
    '422 request_invalid /running',
  ],
  [
    'half a character as a reason for a flow',
    `${path}/{flow}/cancel`,
    post('{"reason":"\\ud800"}'),
    '422 request_invalid /reason',
  ],
  ['a resume of some', `${path}/{flow}/resume`, { method: 'POST', json: { keys: ['a'] } }, '422 request_invalid /keys'],
  ['a resume that is a list', `${path}/{flow}/resume`, post('[]'), '422 request_invalid '],
  ['a resume of what did not fail', `${path}/{flow}/resume`, { method: 'POST' }, '409 flow_conflict'],
  ['a foreign flow', `${path}/{foreignFlow}`, { company: true }, '404 flow_unknown'],
  ['cancelling a foreign flow', `${path}/{foreignFlow}/cancel`, { company: true, method: 'POST' }, '404 flow_unknown'],
  ['resuming a foreign flow', `${path}/{foreignFlow}/resume`, { company: true, method: 'POST' }, '404 flow_unknown'],
  [
    'a flow for another company',
    path,
    { company: true, ...flow([{ key: 'a', ...echo }], { company: 'umbrella' }) },
    '403 scope_missing /company',
  ],
  [
    'a flow of the system from a key for one',
    `${path}?unchecked=true`,
    { company: true, ...one({ model: 'system.ledger', method: 'prune' }) },
    '403 scope_missing /tasks/1/model',
  ],
];

/** Flows as nobody should write them. `{flow}` is one whose task waits for an hour. */
export const flows: Row[] = [...bodies, ...addresses];
