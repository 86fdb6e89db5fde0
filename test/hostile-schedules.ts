import { limits } from '@drover/core';
import type { AskOptions } from './api-stage.ts';
import { bytes, deep, echo, json, post, type Row } from './hostile.ts';

const path = '/v1/schedules';
const nightly = { name: 'nightly', timing: 'schedule', frequency: { every: 'daily', at: '02:00' }, task: echo };
const schedule = (fields: object): AskOptions => ({ method: 'POST', json: { ...nightly, ...fields } });
const template = (fields: object): AskOptions => schedule({ task: { ...echo, ...fields } });
const templateText = (fields: string): AskOptions =>
  post(`{"name":"x","timing":"immediately","task":{"model":"probe","method":"echo",${fields}}}`);

const bodies: Row[] = [
  ['a schedule without a body', path, { method: 'POST', headers: json }, '400 body_invalid'],
  ['a schedule of broken JSON', path, post('{"name":'), '400 body_invalid'],
  [
    'a schedule in invalid UTF-8',
    path,
    { ...post(''), body: bytes('{"name":"', [0xc3, 0x28], '"}') },
    '400 body_invalid',
  ],
  [
    'a schedule in lines',
    path,
    post('{}', { 'content-type': 'application/x-ndjson' }),
    '415 content_type_unsupported header:content-type',
  ],
  ['a schedule that is a list', path, post('[]'), '422 request_invalid '],
  ['a schedule that is null', path, post('null'), '422 request_invalid '],
  ['a schedule with nothing in it', path, post('{}'), '422 request_invalid /name /timing /task'],
  ['a schedule too large', path, post(`"${'x'.repeat(limits.bodyBytes)}"`), '413 body_too_large'],
  ['a task that is null', path, schedule({ task: null }), '422 request_invalid /task'],
  ['a task that is a list', path, schedule({ task: [echo] }), '422 request_invalid /task'],
  ['a name that is none', path, schedule({ name: '' }), '422 request_invalid /name'],
  ['a name over two lines', path, schedule({ name: 'a\nb' }), '422 request_invalid /name'],
  [
    'half a character in a name',
    path,
    post(JSON.stringify(nightly).replace('"nightly"', '"\\ud800"')),
    '422 request_invalid /name',
  ],
  [
    'a field of a prototype',
    path,
    post(JSON.stringify(nightly).replace('{', '{"__proto__":{"admin":true},')),
    '422 request_invalid /__proto__',
  ],
  ['a state of one’s own', path, schedule({ state: 'finished' }), '422 request_invalid /state'],
  [
    'an owner of one’s own',
    path,
    schedule({ owner: { kind: 'system', name: 'drover' } }),
    '422 request_invalid /owner',
  ],
  ['a frequency that is a text', path, schedule({ frequency: 'daily' }), '422 request_invalid /frequency'],
  [
    'a frequency with a field of nobody',
    path,
    schedule({ frequency: { every: 'daily', on: 'MO' } }),
    '422 request_invalid /frequency/on',
  ],
  [
    'a day of the week in words',
    path,
    schedule({ frequency: { every: 'weekly', weekdays: ['Monday'] } }),
    '422 request_invalid /frequency/weekdays/0',
  ],
  ['a start without a zone', path, schedule({ startAt: '2027-01-01T00:00:00' }), '422 request_invalid /startAt'],
  ['a finish that is a number', path, schedule({ finishAt: 1_800_000_000 }), '422 request_invalid /finishAt'],
  ['half a fire', path, schedule({ maxFires: 0.5 }), '422 request_invalid /maxFires'],
  ['jitter below zero', path, schedule({ jitterSeconds: -1 }), '422 request_invalid /jitterSeconds'],
  [
    'jitter without end',
    path,
    post(JSON.stringify(nightly).replace('{', '{"jitterSeconds":1e999,')),
    '422 request_invalid /jitterSeconds',
  ],
  [
    'a policy that is none',
    path,
    schedule({ missed: 'some', overlap: 'kill' }),
    '422 request_invalid /missed /overlap',
  ],
  ['a pause after no failures', path, schedule({ pauseAfterFailures: 0 }), '422 request_invalid /pauseAfterFailures'],
];

const templates: Row[] = [
  [
    'a template with a time of its own',
    path,
    template({ runAt: '2027-01-01T00:00:00Z' }),
    '422 request_invalid /task/runAt',
  ],
  [
    'a template with __proto__',
    path,
    templateText('"kwargs":{"a":{"__proto__":1}}'),
    '422 request_invalid /task/kwargs/a/__proto__',
  ],
  [
    'a template that would be rounded',
    path,
    templateText('"args":[9007199254740993]'),
    '422 request_invalid /task/args/0',
  ],
  ['a template beyond all numbers', path, templateText('"args":[1,1e400]'), '422 request_invalid /task/args/1'],
  [
    'a template 65 levels deep',
    path,
    templateText(`"args":${deep(65)}`),
    `422 request_invalid /task/args${'/0'.repeat(64)}`,
  ],
  [
    'a template 100 000 levels deep',
    path,
    templateText(`"kwargs":{"a":${deep(100_000)}}`),
    `422 request_invalid /task/kwargs/a${'/0'.repeat(63)}`,
  ],
  ['a template too large', path, template({ args: ['x'.repeat(limits.argsBytes)] }), '422 args_too_large /task/args'],
  ['a method that nobody offers', path, template({ method: 'nope' }), '422 method_unknown /task/method'],
  [
    'arguments that do not fit',
    path,
    template({ method: 'slow', kwargs: { ms: 'long' } }),
    '422 args_invalid /task/kwargs/ms',
  ],
  [
    'an expression that nobody knows',
    path,
    template({ args: ['${process.env.HOME}'] }),
    '422 request_invalid /task/args/0',
  ],
  ['an expression that calls', path, template({ args: ['${constructor("x")()}'] }), '422 request_invalid /task/args/0'],
  [
    'an expression that does not end',
    path,
    template({ kwargs: { day: '${today' } }),
    '422 request_invalid /task/kwargs/day',
  ],
  [
    'an expression of a prototype',
    path,
    template({ kwargs: { a: '${__proto__.constructor}' } }),
    '422 request_invalid /task/kwargs/a',
  ],
  [
    'an expression without a value',
    path,
    template({ kwargs: { day: ['${today + today}'] } }),
    '422 request_invalid /task/kwargs/day/0',
  ],
  [
    'a thousand signs of minus',
    path,
    template({ args: [`\${${'-'.repeat(1_000)}1}`] }),
    '422 request_invalid /task/args/0',
  ],
];

/** Schedules as nobody should write them. */
export const schedules: Row[] = [...bodies, ...templates];
