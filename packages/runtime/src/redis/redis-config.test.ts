import { expect, test } from 'vitest';
import { isNewEnough, type RedisConfig, redisConfig } from './redis-config.ts';

const config: RedisConfig = { version: [7, 0, 15], port: 7_001, password: 's3cret', folder: '/data/redis', aof: true };

test('an embedded server is durable, private, and never evicts', () => {
  const lines = redisConfig(config).trimEnd().split('\n');
  expect(lines).toEqual([
    'bind 127.0.0.1',
    'protected-mode yes',
    'port 7001',
    'requirepass s3cret',
    'dir "/data/redis"',
    'daemonize no',
    'save ""',
    'appendonly yes',
    'appendfsync everysec',
    'maxmemory-policy noeviction',
    'hz 100',
    'hash-max-listpack-value 1024',
  ]);
});

test('tests do without the append-only file', () => {
  expect(redisConfig({ ...config, aof: false })).toContain('appendonly no\n');
});

test('Redis 6.2 knows the list format by its old name', () => {
  expect(redisConfig({ ...config, version: [6, 2, 14] })).toContain('hash-max-ziplist-value 1024\n');
});

test('a folder with spaces and quotes stays one word, and one with a line break is refused', () => {
  expect(redisConfig({ ...config, folder: '/my "data"\\x' })).toContain('dir "/my \\"data\\"\\\\x"\n');
  expect(() => redisConfig({ ...config, folder: '/a\nrename-command X' })).toThrow('line break');
});

test.each([
  [[6, 2, 0], true],
  [[6, 1, 9], false],
  [[5, 9, 9], false],
  [[7, 0, 0], true],
  [[10, 0, 0], true],
] as const)('version %j is new enough: %s', (version, enough) => {
  expect(isNewEnough([...version])).toBe(enough);
});
