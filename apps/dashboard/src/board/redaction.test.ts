import { expect, test } from 'vitest';
import { isSecretName, redacted } from './redaction.ts';

test.each([
  'password',
  'dbPassword',
  'PASSWORD_HASH',
  'x-api-key',
  'apiKey',
  'api_key',
  'Authorization',
  'accessToken',
  'client_secret',
  'set-cookie',
  'privateKey',
  'auth',
  'Session-Id',
])('%s names a secret', (name) => {
  expect(isSecretName(name)).toBe(true);
});

test.each(['author', 'name', 'key', 'keys', 'passenger', 'pinned', 'company', 'authority', 'compass'])(
  '%s names no secret',
  (name) => {
    expect(isSecretName(name)).toBe(false);
  },
);

test('secrets are gone at any depth, everything else stays', () => {
  const shown = redacted({
    data: { args: [{ user: 'ann', credentials: { user: 'ann', key: 1 } }], kwargs: { token: 'x', pages: 7 } },
    returnValue: { tokens: ['a', 'b'], ok: true },
    progress: { percent: 3, secret: 42 },
  });
  expect(shown).toEqual({
    data: { args: [{ user: 'ann', credentials: '[redacted]' }], kwargs: { token: '[redacted]', pages: 7 } },
    returnValue: { tokens: '[redacted]', ok: true },
    progress: { percent: 3, secret: '[redacted]' },
  });
});

test('whether there is a secret stays to be seen', () => {
  expect(redacted({ password: null, hasToken: true })).toEqual({ password: null, hasToken: true });
});

test('a text that holds JSON hides no secret', () => {
  expect(redacted({ body: '{"user": "ann", "password": "x"}' })).toEqual({
    body: '{"user":"ann","password":"[redacted]"}',
  });
  expect(redacted('[1,  2]')).toBe('[1,  2]');
  expect(redacted('{not JSON')).toBe('{not JSON');
});

test('an address loses its password', () => {
  expect(redacted('see https://ann:swordfish@example.org/a and redis://:pass@host:1')).toBe(
    'see https://ann:[redacted]@example.org/a and redis://:[redacted]@host:1',
  );
  expect(redacted('at 10:30 ask me@example.org')).toBe('at 10:30 ask me@example.org');
});

test('what is nested without end does not overflow', () => {
  let deep: unknown = { password: 'x' };
  for (let level = 0; level < 10_000; level++) deep = [deep];
  expect(JSON.stringify(redacted(deep))).toContain('[redacted]');
});
