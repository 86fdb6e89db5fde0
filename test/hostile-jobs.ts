import { limits } from '@drover/core';
import type { AskOptions } from './api-stage.ts';
import { bytes, deep, json, post, type Row } from './hostile.ts';

const path = '/v1/jobs';
const line = { number: 10, kind: 'action', model: 'probe', method: 'echo' };
const job = (fields: object): AskOptions => ({ method: 'POST', json: { name: 'mine', lines: [line], ...fields } });
const one = (fields: object): AskOptions =>
  job({
    lines: [
      { ...line, number: 5 },
      { ...line, ...fields },
    ],
  });
const oneText = (fields: string): AskOptions =>
  post(`{"name":"mine","lines":[{"number":10,"kind":"action","model":"probe","method":"echo",${fields}}]}`);
const run = (body: unknown): AskOptions => ({ method: 'POST', json: body });

const bodies: Row[] = [
  ['a job without a body', path, { method: 'POST', headers: json }, '400 body_invalid'],
  ['a job in invalid UTF-8', path, { ...post(''), body: bytes('{"name":"', [0xc3, 0x28], '"}') }, '400 body_invalid'],
  [
    'a job in lines',
    path,
    post('{}', { 'content-type': 'application/x-ndjson' }),
    '415 content_type_unsupported header:content-type',
  ],
  ['a job that is a list', path, post('[]'), '422 request_invalid '],
  ['a job with nothing in it', path, post('{}'), '422 request_invalid /name /lines'],
  ['a job too large', path, post(`"${'x'.repeat(limits.bodyBytes)}"`), '413 body_too_large'],
  ['a name of a job over two lines', path, job({ name: 'a\nb' }), '422 request_invalid /name'],
  [
    'half a character in a description',
    path,
    post('{"name":"x","lines":[],"description":"\\ud800"}'),
    '422 request_invalid /description /lines',
  ],
  ['an id of one’s own', path, job({ id: 'job_mine' }), '422 request_invalid /id'],
  ['a job that ran already', path, job({ lastRun: { id: 'flw_1' } }), '422 request_invalid /lastRun'],
  [
    'a job of a prototype',
    path,
    post('{"__proto__":{"active":false},"name":"x","lines":[]}'),
    '422 request_invalid /lines /__proto__',
  ],
  ['a module of a path', path, job({ module: '../etc' }), '422 request_invalid /module'],
  ['lines that are an object', path, job({ lines: { 10: line } }), '422 request_invalid /lines'],
  ['lines that are null', path, job({ lines: [null] }), '422 request_invalid /lines/0'],
  [
    'a hundred and one lines',
    path,
    job({ lines: Array.from({ length: limits.jobLines + 1 }, (_, index) => ({ ...line, number: index + 1 })) }),
    '422 request_invalid /lines',
  ],
  ['line −1', path, one({ number: -1 }), '422 request_invalid /lines/1/number'],
  ['line ten and a half', path, one({ number: 10.5 }), '422 request_invalid /lines/1/number'],
  ['line infinity', path, oneText('"number":1e999'), '422 request_invalid /lines/0/number'],
  ['a line by a text', path, one({ number: '10' }), '422 request_invalid /lines/1/number'],
  ['a line with code', path, one({ code: 'process.exit()' }), '422 request_invalid /lines/1/code'],
  ['a model with a path, in a job', path, one({ model: '../etc' }), '422 request_invalid /lines/1/model'],
  ['a company of one line', path, one({ company: 'umbrella' }), '422 request_invalid /lines/1/company'],
  [
    'an expression that calls, in a job',
    path,
    one({ args: ['${constructor("x")()}'] }),
    '422 request_invalid /lines/1/args/0',
  ],
  [
    'an expression of a prototype, in a job',
    path,
    one({ args: ['${__proto__.constructor}'] }),
    '422 request_invalid /lines/1/args/0',
  ],
  [
    '__proto__ in an argument of a line',
    path,
    oneText('"kwargs":{"a":{"__proto__":1}}'),
    '422 request_invalid /lines/0/kwargs/a/__proto__',
  ],
  [
    '__proto__ in a definition',
    path,
    oneText('"kind":"filter","definition":{"result":{"__proto__":1}}'),
    '422 request_invalid /lines/0/definition/result/__proto__',
  ],
  ['a line that would be rounded', path, oneText('"args":[9007199254740993]'), '422 request_invalid /lines/0/args/0'],
  ['a line beyond all numbers', path, oneText('"args":[1e400]'), '422 request_invalid /lines/0/args/0'],
  [
    'a line 100 000 levels deep',
    path,
    oneText(`"kwargs":{"a":${deep(100_000)}}`),
    `422 request_invalid /lines/0/kwargs/a${'/0'.repeat(63)}`,
  ],
  [
    'a condition that would be rounded',
    path,
    post(
      '{"name":"x","condition":{"model":"probe","method":"echo","args":[12345678901234567890]},"lines":[{"number":1,"kind":"action","model":"probe","method":"echo"}]}',
    ),
    '422 request_invalid /condition/args/0',
  ],
  ['a line too large', path, one({ args: ['x'.repeat(limits.argsBytes)] }), '422 args_too_large /lines/1/args'],
  [
    'an open quote before a job',
    path,
    { ...job({}), headers: { 'idempotency-key': '"a' } },
    '400 idempotency_key_invalid header:idempotency-key',
  ],
];

/** `{job}` echoes. */
const changes: Row[] = [
  ['a job put from nothing', `${path}/mine`, { ...job({}), method: 'PUT' }, '404 job_unknown'],
  [
    'a job put with a version',
    `${path}/{job}`,
    { ...job({ version: 7 }), method: 'PUT' },
    '422 request_invalid /version',
  ],
  ['a job patched', `${path}/{job}`, { method: 'PATCH', json: { active: false } }, '405 method_not_allowed'],
  [
    'a tag of a job without quotes',
    `${path}/{job}`,
    { method: 'DELETE', headers: { 'if-match': '1' } },
    '422 request_invalid header:if-match',
  ],
  [
    'a tag of a job from the future',
    `${path}/{job}`,
    { method: 'DELETE', headers: { 'if-match': '"999999999999999"' } },
    '412 precondition_failed',
  ],
  ['a run that is a list', `${path}/{job}/run`, run([]), '422 request_invalid '],
  ['a run of lines in a list', `${path}/{job}/run`, run({ lines: [{}] }), '422 request_invalid /lines'],
  ['a run of line 0', `${path}/{job}/run`, run({ lines: { 0: {} } }), '422 request_invalid /lines/0'],
  [
    'a run of the line __proto__',
    `${path}/{job}/run`,
    post('{"lines":{"__proto__":{"active":false}}}'),
    '422 request_invalid /lines/__proto__',
  ],
  [
    'a run with __proto__ in a line',
    `${path}/{job}/run`,
    post('{"lines":{"10":{"args":[{"__proto__":1}]}}}'),
    '422 request_invalid /lines/10/args/0/__proto__',
  ],
  [
    'a run that would be rounded',
    `${path}/{job}/run`,
    post('{"lines":{"10":{"kwargs":{"a":[9007199254740993]}}}}'),
    '422 request_invalid /lines/10/kwargs/a/0',
  ],
  [
    'a run with an open quote',
    `${path}/{job}/run`,
    { method: 'POST', headers: { 'idempotency-key': '"a' } },
    '400 idempotency_key_invalid header:idempotency-key',
  ],
  [
    'half a character as a reason for a kill',
    '/v1/job-results/x/kill',
    post('{"reason":"\\ud800"}'),
    '422 request_invalid /reason',
  ],
];

const addresses: Row[] = [
  ['a job that is none', `${path}/job_none`, {}, '404 job_unknown'],
  ['a job of a path', `${path}/..%2f..%2fetc%2fpasswd`, {}, '404 job_unknown'],
  ['a job of NUL', `${path}/%00`, {}, '404 job_unknown'],
  ['a job of 4000 characters', `${path}/${'x'.repeat(4_000)}`, {}, '404 job_unknown'],
  ['a job by its Redis key', `${path}/{job}:x`, {}, '404 job_unknown'],
  ['a run of nothing', `${path}/job_none/run`, { method: 'POST' }, '404 job_unknown'],
  ['a result that is none', '/v1/job-results/flw_none', {}, '404 job_result_unknown'],
  ['a result of a job', '/v1/job-results/{job}', {}, '404 job_result_unknown'],
  ['a kill of a job', '/v1/job-results/{job}/kill', { method: 'POST' }, '404 job_result_unknown'],
  ['all jobs deleted', path, { method: 'DELETE' }, '405 method_not_allowed'],
  ['getting a run of a job', `${path}/{job}/run`, {}, '405 method_not_allowed'],
  ['getting a kill', '/v1/job-results/x/kill', {}, '405 method_not_allowed'],
  ['results posted', '/v1/job-results', { method: 'POST', json: {} }, '405 method_not_allowed'],
  ['jobs that are active in a way', `${path}?active=maybe`, {}, '422 request_invalid ?active'],
  ['jobs by a tag', `${path}?tag=a`, {}, '422 request_invalid ?tag'],
  ['jobs from a cursor of one’s own', `${path}?cursor=abc`, {}, '422 request_invalid ?cursor'],
  ['a status of results that is none', '/v1/job-results?status=done', {}, '422 request_invalid ?status'],
  ['results from a cursor of one’s own', '/v1/job-results?cursor=abc', {}, '422 request_invalid ?cursor'],
  [
    'results from a cursor of infinity',
    `/v1/job-results?cursor=${Buffer.from('-inf flw_x').toString('base64url')}`,
    {},
    '422 request_invalid ?cursor',
  ],
  ['an export of XML', `${path}/export?format=xml`, {}, '422 request_invalid ?format'],
  ['an import of XML', `${path}/import?format=xml`, { method: 'PUT', json: [] }, '422 request_invalid ?format'],
  [
    'an import of a module of a path',
    `${path}/import?module=..%2fx`,
    { method: 'PUT', json: [] },
    '422 request_invalid ?module',
  ],
  ['an import of a text', `${path}/import`, { method: 'PUT', json: 'jobs' }, '422 request_invalid '],
  [
    'an import of aliases upon aliases',
    `${path}/import`,
    {
      method: 'PUT',
      headers: { 'content-type': 'application/yaml' },
      body: `a: &a [x,x,x,x,x,x,x,x,x]\nb: &b [${'*a,'.repeat(9)}]\nc: &c [${'*b,'.repeat(9)}]\nd: [${'*c,'.repeat(9)}]\n`,
    },
    '422 request_invalid ',
  ],
];

/** `{foreignJob}` is one of another company. */
const foreign: Row[] = [
  ['a foreign job', `${path}/{foreignJob}`, { company: true }, '404 job_unknown'],
  ['replacing a foreign job', `${path}/{foreignJob}`, { company: true, ...job({}), method: 'PUT' }, '404 job_unknown'],
  ['removing a foreign job', `${path}/{foreignJob}`, { company: true, method: 'DELETE' }, '404 job_unknown'],
  ['running a foreign job', `${path}/{foreignJob}/run`, { company: true, method: 'POST' }, '404 job_unknown'],
  ['running a global job', `${path}/{job}/run`, { company: true, method: 'POST' }, '404 job_unknown'],
  ['a job for another company', path, { company: true, ...job({ company: 'umbrella' }) }, '403 scope_missing /company'],
  [
    'a job of the system from a key for one',
    `${path}?unchecked=true`,
    { company: true, ...one({ model: 'system.ledger', method: 'prune' }) },
    '403 scope_missing /lines/1/model',
  ],
];

/** Jobs as nobody should write them, and what is done to them. */
export const jobs: Row[] = [...bodies, ...changes, ...addresses, ...foreign];
