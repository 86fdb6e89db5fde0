import { expect, test } from 'vitest';
import { errorFields } from './logger.ts';

/** As `ioredis` makes it. */
function replyError(message: string, ...args: string[]): Error {
  return Object.assign(new Error(message), { command: { name: 'hello', args } });
}

test('a password that Redis refused is not in the log', () => {
  const refused = replyError('WRONGPASS invalid username-password pair', '3', 'AUTH', 'default', 'hunter2');
  const aborted = Object.assign(new Error('EXECABORT'), { previousErrors: [refused] });
  for (const error of [refused, aborted, new Error('no connection', { cause: refused })]) {
    const written = JSON.stringify(errorFields(error));
    expect(written).not.toContain('hunter2');
    expect(written).toContain(error.message);
  }
  expect(errorFields(refused)).toMatchObject({ command: 'hello', stack: expect.any(String) });
});

test('what else an error carries is in the log', () => {
  const error = Object.assign(new TypeError('refused'), { code: 'ECONNREFUSED' });
  expect(errorFields(error)).toMatchObject({ type: 'TypeError', message: 'refused', code: 'ECONNREFUSED' });
});

test.each([undefined, null, 'only text', 7])('what is thrown and is no error is written as it is: %s', (thrown) => {
  expect(errorFields(thrown)).toBe(thrown);
});
