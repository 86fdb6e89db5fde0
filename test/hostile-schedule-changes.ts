import type { AskOptions } from './api-stage.ts';
import { echo, post, type Row } from './hostile.ts';

const path = '/v1/schedules';
const nightly = { name: 'nightly', timing: 'schedule', frequency: { every: 'daily', at: '02:00' }, task: echo };
const put = (fields: object): AskOptions => ({ method: 'PUT', json: { ...nightly, ...fields } });
const template = (fields: object): AskOptions => ({
  method: 'POST',
  json: { ...nightly, task: { ...echo, ...fields } },
});
const backfill = (fields: object): AskOptions => ({
  method: 'POST',
  json: { from: '2026-11-01T00:00:00Z', to: '2026-11-02T00:00:00Z', ...fields },
});

const changes: Row[] = [
  ['a schedule put from nothing', `${path}/mine`, put({}), '404 schedule_unknown'],
  ['a put without a task', `${path}/{schedule}`, put({ task: undefined }), '422 request_invalid /task'],
  ['a put with an id', `${path}/{schedule}`, put({ id: 'sch_other' }), '422 request_invalid /id'],
  ['a version in the body', `${path}/{schedule}`, put({ version: 7 }), '422 request_invalid /version'],
  [
    'a tag without quotes',
    `${path}/{schedule}`,
    { ...put({}), headers: { 'if-match': '1' } },
    '422 request_invalid header:if-match',
  ],
  [
    'a tag of somebody else',
    `${path}/{schedule}`,
    { ...put({}), headers: { 'if-match': '"abc"' } },
    '412 precondition_failed',
  ],
  [
    'a weak tag',
    `${path}/{schedule}`,
    { method: 'DELETE', headers: { 'if-match': 'W/"1"' } },
    '412 precondition_failed',
  ],
  [
    'a tag from the future',
    `${path}/{schedule}`,
    { method: 'DELETE', headers: { 'if-match': '"999999999999999"' } },
    '412 precondition_failed',
  ],
  ['a patch of no field', `${path}/{schedule}`, { method: 'PATCH', json: {} }, '422 request_invalid '],
  [
    'a patch without a name',
    `${path}/{schedule}`,
    { method: 'PATCH', json: { name: null } },
    '422 request_invalid /name',
  ],
  [
    'a patch without a task',
    `${path}/{schedule}`,
    { method: 'PATCH', json: { task: null } },
    '422 request_invalid /task',
  ],
  [
    'a patch of the counts',
    `${path}/{schedule}`,
    { method: 'PATCH', json: { counts: { tasks: 0 } } },
    '422 request_invalid /counts ',
  ],
  [
    'a patch of a prototype',
    `${path}/{schedule}`,
    { ...post('{"__proto__":{"name":"x"}}'), method: 'PATCH' },
    '422 request_invalid /__proto__ ',
  ],
  [
    'a pause until long ago',
    `${path}/{schedule}/pause`,
    { method: 'POST', json: { until: '2001-01-01T00:00:00Z' } },
    '422 request_invalid /until',
  ],
  ['a pause with a list', `${path}/{schedule}/pause`, { method: 'POST', json: [] }, '422 request_invalid '],
  ['half a character as a note', `${path}/{schedule}/pause`, post('{"note":"\\ud800"}'), '422 request_invalid /note'],
  [
    'a run with an open quote',
    `${path}/{schedule}/run`,
    { method: 'POST', headers: { 'idempotency-key': '"a' } },
    '400 idempotency_key_invalid header:idempotency-key',
  ],
  [
    'a backfill backwards',
    `${path}/{schedule}/backfill`,
    backfill({ to: '2026-10-01T00:00:00Z' }),
    '422 request_invalid /to',
  ],
  [
    'a backfill of a millennium',
    `${path}/{schedule}/backfill`,
    backfill({ from: '1026-11-01T00:00:00Z' }),
    '422 request_invalid /to',
  ],
  [
    'a backfill of the future',
    `${path}/{schedule}/backfill`,
    backfill({ to: '9026-11-01T00:00:00Z' }),
    '422 request_invalid /to',
  ],
  ['adopting no drift', `${path}/{schedule}/adopt`, { method: 'POST' }, '409 schedule_conflict'],
];

const addresses: Row[] = [
  ['a schedule that is none', `${path}/sch_none`, {}, '404 schedule_unknown'],
  ['a schedule of a path', `${path}/..%2f..%2fetc%2fpasswd`, {}, '404 schedule_unknown'],
  ['a schedule of NUL', `${path}/%00`, {}, '404 schedule_unknown'],
  ['a schedule of a prototype', `${path}/__proto__`, {}, '404 schedule_unknown'],
  ['a schedule with a long id', `${path}/${'x'.repeat(4_000)}`, {}, '404 schedule_unknown'],
  ['a schedule by its Redis key', `${path}/{schedule}:situation`, {}, '404 schedule_unknown'],
  ['the times of nothing', `${path}/sch_none/preview`, {}, '404 schedule_unknown'],
  ['the fires of nothing', `${path}/sch_none/fires`, {}, '404 schedule_unknown'],
  ['all schedules deleted', path, { method: 'DELETE' }, '405 method_not_allowed'],
  ['all schedules put', path, { method: 'PUT', json: [] }, '405 method_not_allowed'],
  ['posting to a schedule', `${path}/{schedule}`, { method: 'POST', json: {} }, '405 method_not_allowed'],
  ['getting a run', `${path}/{schedule}/run`, {}, '405 method_not_allowed'],
  ['getting a preview of nothing', `${path}/preview`, {}, '405 method_not_allowed'],
  ['posting a calendar', `${path}/calendar`, { method: 'POST', json: {} }, '405 method_not_allowed'],
  ['a state of schedules that is none', `${path}?state=running`, {}, '422 request_invalid ?state'],
  ['an owner that is none', `${path}?owner=root`, {}, '422 request_invalid ?owner'],
  ['drift that is neither', `${path}?drift=1`, {}, '422 request_invalid ?drift'],
  ['a book of words for schedules', `${path}?q=${'a+'.repeat(101)}`, {}, '422 request_invalid ?q'],
  ['schedules from a cursor of one’s own', `${path}?cursor=abc`, {}, '422 request_invalid ?cursor'],
  ['schedules by a list of states', `${path}?state=active&state=paused`, {}, '422 request_invalid ?state'],
  ['no calendar at all', `${path}/calendar`, {}, '422 request_invalid ?from ?to'],
  [
    'a calendar of a century',
    `${path}/calendar?from=2000-01-01T00:00:00Z&to=2100-01-01T00:00:00Z`,
    {},
    '422 request_invalid ?to',
  ],
  ['a hundred and one times', `${path}/{schedule}/preview?count=101`, {}, '422 request_invalid ?count'],
  ['a preview of no rule', `${path}/preview`, { method: 'POST', json: {} }, '422 request_invalid /timing'],
  [
    'a calendar as a page',
    `${path}/calendar?from=2027-01-01T00:00:00Z&to=2027-01-02T00:00:00Z`,
    { headers: { accept: 'text/html' } },
    '406 not_acceptable header:accept',
  ],
];

/** `{foreignSchedule}` is one of another company. */
const foreign: Row[] = [
  ['a foreign schedule', `${path}/{foreignSchedule}`, { company: true }, '404 schedule_unknown'],
  ['replacing a foreign schedule', `${path}/{foreignSchedule}`, { company: true, ...put({}) }, '404 schedule_unknown'],
  [
    'removing a foreign schedule',
    `${path}/{foreignSchedule}`,
    { company: true, method: 'DELETE' },
    '404 schedule_unknown',
  ],
  [
    'removing it by a weak tag',
    `${path}/{foreignSchedule}`,
    { company: true, method: 'DELETE', headers: { 'if-match': 'W/"1"' } },
    '404 schedule_unknown',
  ],
  [
    'running a foreign schedule',
    `${path}/{foreignSchedule}/run`,
    { company: true, method: 'POST' },
    '404 schedule_unknown',
  ],
  [
    'filling a foreign schedule',
    `${path}/{foreignSchedule}/backfill`,
    { company: true, ...backfill({}) },
    '404 schedule_unknown',
  ],
  [
    'a schedule for another company',
    path,
    { company: true, ...template({ company: 'umbrella' }) },
    '403 scope_missing /task/company',
  ],
  [
    'a schedule of the system from a key for one',
    `${path}?unchecked=true`,
    { company: true, ...template({ model: 'system.ledger', method: 'prune' }) },
    '403 scope_missing /task/model',
  ],
];

/** What is done to schedules. `{schedule}` is one that fires every day. */
export const scheduleChanges: Row[] = [...changes, ...addresses, ...foreign];
