import { availableParallelism } from 'node:os';
import { expect, test } from 'vitest';
import { z } from 'zod';
import { readSettings, Settings, SettingsError } from './settings.ts';

function faultsOf(env: Record<string, string>, schema: z.ZodObject = Settings): string {
  try {
    readSettings(schema, env);
  } catch (error) {
    if (error instanceof SettingsError) return error.message;
    throw error;
  }
  return 'no faults';
}

test('everything has a default, or may be missing', () => {
  expect(readSettings(Settings, {})).toEqual({
    API_PORT: 3_000,
    DASHBOARD_PORT: 3_001,
    LISTEN_HOST: '127.0.0.1',
    TRUSTED_PROXIES: 0,
    DATA_DIR: '.drover',
    MODULES: [],
    WORKERS: availableParallelism(),
    CONCURRENCY: 50,
    LOCK_SECONDS: 30,
    KILL_SCOPE: 'admin',
    RETENTION_DONE_DAYS: 30,
    RETENTION_OTHER_DAYS: 90,
    RETENTION_TASKS: 1_000_000,
    QUEUES: [],
    KEY_PREFIX: 'drover',
    SHARDS: 1,
    LOG_LEVEL: 'info',
    SHUTDOWN_GRACE_SECONDS: 25,
    SCALE_COOLDOWN_SECONDS: 30,
    HANG_SECONDS: 30,
    MEMORY_PERCENT: 80,
    CPU_PERCENT: 90,
    DISK_PERCENT: 90,
  });
});

test('an empty value counts as unset, and spaces around a value do not count', () => {
  expect(readSettings(Settings, { API_PORT: '', WORKERS: '  ', CONCURRENCY: ' 7 ' })).toMatchObject({
    API_PORT: 3_000,
    WORKERS: availableParallelism(),
    CONCURRENCY: 7,
  });
});

test('every fault is told at once, with what was expected and what came', () => {
  const message = faultsOf({ API_PORT: 'abc', WORKERS: '0', LOG_LEVEL: 'loud', SHARDS: '3', CONCURRENCY: '1e3' });
  expect(message.split('\n')).toEqual([
    '5 settings are not valid:',
    '  API_PORT: expected a whole number from 0 to 65535, got "abc"',
    '  WORKERS: expected a whole number from 1 to 256, got "0"',
    '  CONCURRENCY: expected a whole number from 1 to 1000, got "1e3"',
    '  SHARDS: expected 1; more than one shard is not supported yet, got "3"',
    '  LOG_LEVEL: expected one of trace, debug, info, warn, error, fatal, silent, got "loud"',
  ]);
});

test('the bounds of the number of workers must leave room between them', () => {
  expect(readSettings(Settings, { WORKERS_MIN: '4', WORKERS_MAX: '4' })).toMatchObject({
    WORKERS_MIN: 4,
    WORKERS_MAX: 4,
  });
  expect(faultsOf({ WORKERS_MIN: '5', WORKERS_MAX: '4' })).toContain(
    'WORKERS_MIN: expected at most WORKERS_MAX, which is 4',
  );
});

test('a fault never shows a secret', () => {
  const message = faultsOf({
    REDIS_URL: 'http://:hunter22@localhost',
    ADMIN_TOKEN: 'short',
    SMTP_URL: 'smtp//user:hunter22@host',
  });
  expect(message).toContain('3 settings are not valid');
  expect(message).not.toMatch(/hunter22|too short/);
});

test('a setting that an app requires is asked for by name', () => {
  const schema = z.object({ REDIS_URL: Settings.shape.REDIS_URL.unwrap() });
  expect(faultsOf({}, schema)).toBe(
    'A setting is not valid:\n  REDIS_URL: expected a Redis address such as redis://:password@host:6379/0 (redis: or rediss:), got nothing',
  );
});

test('lists are divided by commas, and patterns are refused', () => {
  expect(readSettings(Settings, { MODULES: './a.js, pkg ,', QUEUES: 'default,email' })).toMatchObject({
    MODULES: ['./a.js', 'pkg'],
    QUEUES: ['default', 'email'],
  });
  expect(faultsOf({ MODULES: 'models/*.js' })).toContain('patterns such as *.js are not expanded');
});
