import { type MethodInfo, type ModelInfo, TaskTemplate } from '@drover/core';
import { expect, test } from 'vitest';
import { z } from 'zod';
import { defaultOptions } from '../../run/run-request.ts';
import {
  isOffered,
  methodOf,
  newTemplate,
  type TemplateDraft,
  templateDraftOf,
  templateFaults,
  templateOf,
  withMethod,
} from './template-draft.ts';

const post = {
  model: 'account.invoice',
  method: 'post',
  argsSchema: z.toJSONSchema(z.tuple([z.int()]), { io: 'input' }),
  kwargsSchema: z.toJSONSchema(z.strictObject({ day: z.iso.date().optional(), count: z.int().optional() }), {
    io: 'input',
  }),
  version: '1',
  workers: ['host-1'],
} as unknown as MethodInfo;
const models: ModelInfo[] = [{ model: 'account.invoice', methods: [post] }];

const full = {
  model: 'account.invoice',
  method: 'post',
  args: [7],
  kwargs: { day: '2026-03-01' },
  name: 'Post what is left',
  queue: 'ledger',
  priority: 200,
  maxRetries: 1,
  timeoutSeconds: 30,
  retry: { delaySeconds: 5 },
  tags: ['month end'],
  user: 'ada',
  company: 'acme',
  notifyOnFailure: true,
  expiresAfterSeconds: 90.5,
};

test('a template that is read and sent again is the same, with what the form has no field for', () => {
  const read = templateDraftOf(full, models);
  expect(read.args.mode).toBe('form');
  expect(templateOf(read, post)).toEqual(full);
  expect(TaskTemplate.safeParse(templateOf(read, post)).success).toBe(true);
});

test('what was asked for replaces what the form has no field for', () => {
  const read = templateDraftOf(full, models);
  const resilient: TemplateDraft = { ...read, options: { ...read.options, isResilient: true } };
  expect(templateOf(resilient, post).retry).toBe('resilient');
});

test('expressions are typed as JSON, and are no fault where a number is meant', () => {
  const read = templateDraftOf({ ...full, kwargs: { day: '${fire.date}', count: '${today - 30d}' } }, models);
  expect(read.args.mode).toBe('json');
  expect(templateFaults(read, post)).toEqual([]);
  const wrong = templateDraftOf({ ...full, kwargs: { day: '${fire.date}', count: 'many' } }, models);
  expect(templateFaults(wrong, post).map(({ pointer }) => pointer)).toEqual(['/kwargs/count']);
});

test('what is missing is told', () => {
  const chosen = withMethod(newTemplate(), post);
  expect(chosen).toMatchObject({ fullName: 'account.invoice.post', args: { mode: 'form' } });
  expect(templateFaults(chosen, post).map(({ pointer }) => pointer)).toEqual(['/args']);
});

test('of a method that nobody offers the arguments are typed as JSON, and left to the API', () => {
  const unknown = methodOf(models, 'account.invoice.gone');
  expect(isOffered(unknown)).toBe(false);
  const read = templateDraftOf({ ...full, method: 'gone' }, models);
  expect(read.args.mode).toBe('json');
  expect(templateFaults(read, unknown)).toEqual([]);
  expect(templateOf(read, unknown)).toMatchObject({ model: 'account.invoice', method: 'gone', args: [7] });
});

test('another method keeps what is said of the task beside its arguments', () => {
  const read = templateDraftOf(full, models);
  const other = withMethod(read, methodOf(models, 'account.invoice.gone'));
  expect(other.options.queue).toBe('ledger');
  expect(other.args).toEqual({ mode: 'json', args: '[]', kwargs: '{}' });
  expect(withMethod({ ...newTemplate() }, post).options).toEqual(defaultOptions);
});
