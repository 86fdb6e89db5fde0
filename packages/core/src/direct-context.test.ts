import { expect, test } from 'vitest';
import { z } from 'zod';
import { runDirectly } from './direct-context.ts';
import { defineModel } from './model.ts';

const model = defineModel('demo.letter', {
  post: {
    description: 'Posts letters',
    args: z.tuple([z.array(z.int())]),
    kwargs: z.strictObject({ stamp: z.string().default('red') }),
    async run({ args: [ids], kwargs }, task) {
      if (ids.includes(0)) task.skip('zero is not posted');
      if (ids.includes(99)) task.info('nothing to post');
      task.log.info('posting', { stamp: kwargs.stamp });
      await task.checkpoint({ posted: task.lastCheckpoint ?? 0 });
      await task.enqueue({ model: 'demo.letter', method: 'count' });
      return task.each(ids, (id) => {
        if (id < 0) throw new Error(`no letter ${id}`);
        return `${kwargs.stamp} ${id}`;
      });
    },
  },
  count: { description: 'Counts', run: () => 7 },
});

test('a method runs without a cluster, with its defaults, log, checkpoint and item results', async () => {
  const run = await runDirectly(model, 'post', { args: [[1, -2]] }, { now: () => new Date(0), lastCheckpoint: 5 });
  expect(run).toMatchObject({
    outcome: 'warning',
    result: { processed: 2, errorCount: 1, results: [{ result: 'red 1' }, { error: 'no letter -2' }] },
    log: [{ at: '1970-01-01T00:00:00.000Z', level: 'info', attempt: 1, message: 'posting', fields: { stamp: 'red' } }],
    progress: [
      { percent: 50, message: '1 of 2' },
      { percent: 100, message: '2 of 2' },
    ],
    checkpoint: { posted: 5 },
    enqueued: [{ model: 'demo.letter', method: 'count' }],
  });
});

test('a method may skip itself, or say that there is nothing to do', async () => {
  expect(await runDirectly(model, 'post', { args: [[0]] })).toMatchObject({
    outcome: 'skipped',
    message: 'zero is not posted',
  });
  expect(await runDirectly(model, 'post', { args: [[99]] })).toMatchObject({
    outcome: 'info',
    message: 'nothing to post',
  });
});

test('arguments that do not fit are refused with a pointer to each fault', async () => {
  const call = { args: [[1, 'two']], kwargs: { stamp: 3, 'a/b~c': 1 } };
  await expect(runDirectly(model, 'post', call)).rejects.toMatchObject({
    code: 'args_invalid',
    faults: [
      { pointer: '/args/0/1', message: expect.stringContaining('number') },
      { pointer: '/kwargs/stamp', message: expect.stringContaining('string') },
      { pointer: '/kwargs', message: expect.stringContaining('a/b~c') },
    ],
  });
});

test('a method that the model lacks is named', async () => {
  await expect(runDirectly(model, 'burn')).rejects.toThrow('demo.letter has no method "burn"');
});
