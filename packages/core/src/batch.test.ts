import { expect, test } from 'vitest';
import { announcementsOf } from './announcement.ts';
import { type BatchDefinition, defineModel } from './model.ts';

const mailWith = (batch: BatchDefinition) =>
  defineModel('mail', {
    one: { description: 'Sends one', batch, run: () => null },
    many: { description: 'Sends many', run: () => null },
    apart: { description: 'Sends many in a process of its own', isolated: { memoryMb: 100 }, run: () => null },
  });
const fine = { into: 'many', maxItems: 100, maxWaitSeconds: 1 };

test('a batch is announced with what it does not say', () => {
  const [one, many] = announcementsOf([mailWith(fine)]);
  expect(one?.batch).toEqual({ into: 'many', maxItems: 100, maxWaitSeconds: 1, minItems: 10 });
  expect(many?.batch).toBeUndefined();
});

test('a method that runs in a process of its own cannot do many', () => {
  const mail = mailWith({ ...fine, into: 'apart' });
  expect(() => announcementsOf([mail])).toThrow('mail.one: batch.into names mail.apart, which must not be isolated');
});

test.each([
  [{ into: 'none' }, 'mail.one: batch.into names "none", and mail has no such method'],
  [{ into: 'one' }, 'mail.one: batch.into names the method itself'],
  [{ maxItems: 1 }, 'mail.one: batch.maxItems must be 2 to 1000'],
  [{ maxItems: 5 }, 'mail.one: batch.minItems must be 2 to maxItems'],
  [{ maxWaitSeconds: 61 }, 'mail.one: batch.maxWaitSeconds must be 0 to 60'],
])('a batch with %j is refused, and the method named', (wrong, message) => {
  expect(() => announcementsOf([mailWith({ ...fine, ...wrong })])).toThrow(message);
});
