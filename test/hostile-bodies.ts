import { limits } from '@drover/core';
import { bytes, deep, json, ndjson, post, type Row, taskText } from './hostile.ts';

export const bodies: Row[] = [
  ['no body', '/v1/tasks', { method: 'POST', headers: json }, '400 body_invalid'],
  ['an empty body', '/v1/tasks', post(''), '400 body_invalid'],
  ['a blank body', '/v1/tasks', post(' \n '), '400 body_invalid'],
  ['a body that ends too early', '/v1/tasks', post('{"model":"probe"'), '400 body_invalid'],
  ['a comma too many', '/v1/tasks', post('{"model":"probe",}'), '400 body_invalid'],
  ['single quotes', '/v1/tasks', post("{'model':'probe'}"), '400 body_invalid'],
  ['a comment', '/v1/tasks', post('{} // task'), '400 body_invalid'],
  ['two values', '/v1/tasks', post('{}{}'), '400 body_invalid'],
  ['NaN', '/v1/tasks', taskText('"priority":NaN'), '400 body_invalid'],
  ['a control character in a string', '/v1/tasks', taskText('"name":"a\u0001b"'), '400 body_invalid'],
  ['a form', '/v1/tasks', post('model=probe', json), '400 body_invalid'],
  ['invalid UTF-8', '/v1/tasks', { ...post(''), body: bytes('{"model":"', [0xc3, 0x28], '"}') }, '400 body_invalid'],
  ['UTF-16', '/v1/tasks', { ...post(''), body: new Uint8Array(Buffer.from('{}', 'utf16le')) }, '400 body_invalid'],
  ['half of a JSON array a million deep', '/v1/tasks', post('['.repeat(1_000_000)), '400 body_invalid'],
  ['null', '/v1/tasks', post('null'), '422 request_invalid '],
  ['a list', '/v1/tasks', post('[]'), '422 request_invalid '],
  ['a number', '/v1/tasks', post('7'), '422 request_invalid '],
  ['a list half a million deep', '/v1/tasks', post(deep(500_000)), '422 request_invalid '],
  ['nothing in it', '/v1/tasks', post('{}'), '422 request_invalid /model /method'],
  ['a body too large', '/v1/tasks', post(`"${'x'.repeat(limits.bodyBytes)}"`), '413 body_too_large'],
  ['a bulk body too large', '/v1/tasks/bulk', post(' '.repeat(limits.bodyBytes + 1)), '413 body_too_large'],
];

export const contentTypes: Row[] = [
  [
    'text',
    '/v1/tasks',
    post('{}', { 'content-type': 'text/plain' }),
    '415 content_type_unsupported header:content-type',
  ],
  ['no type', '/v1/tasks', { method: 'POST', body: bytes('{}') }, '415 content_type_unsupported header:content-type'],
  [
    'latin1',
    '/v1/tasks',
    post('{}', { 'content-type': 'application/json; charset=latin1' }),
    '415 content_type_unsupported header:content-type',
  ],
  [
    'UTF-16 named',
    '/v1/tasks',
    post('{}', { 'content-type': 'application/json;charset=utf-16' }),
    '415 content_type_unsupported header:content-type',
  ],
  [
    'a form type',
    '/v1/tasks',
    post('a=b', { 'content-type': 'application/x-www-form-urlencoded' }),
    '415 content_type_unsupported header:content-type',
  ],
  [
    'almost the type',
    '/v1/tasks',
    post('{}', { 'content-type': 'application/jsonx' }),
    '415 content_type_unsupported header:content-type',
  ],
  [
    'compressed',
    '/v1/tasks',
    post('{}', { ...json, 'content-encoding': 'gzip' }),
    '415 content_type_unsupported header:content-encoding',
  ],
  [
    'compressed lines',
    '/v1/tasks/bulk',
    post('{}', { ...ndjson, 'content-encoding': 'br' }),
    '415 content_type_unsupported header:content-encoding',
  ],
  ['lines to the single route', '/v1/tasks', post('{}', ndjson), '415 content_type_unsupported header:content-type'],
  [
    'a type for bulk that is none',
    '/v1/tasks/bulk',
    post('{}', { 'content-type': 'text/csv' }),
    '415 content_type_unsupported header:content-type',
  ],
  [
    'a patch as text',
    '/v1/tasks/x',
    { ...post('{}', { 'content-type': 'text/plain' }), method: 'PATCH' },
    '415 content_type_unsupported header:content-type',
  ],
  ['an answer as XML', '/v1/tasks', { headers: { accept: 'application/xml' } }, '406 not_acceptable header:accept'],
  ['an answer as a page', '/v1/queues', { headers: { accept: 'text/html' } }, '406 not_acceptable header:accept'],
];
