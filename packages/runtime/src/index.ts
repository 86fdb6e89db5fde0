export * from './chromium.ts';
export * from './debian-packages.ts';
export * from './listen.ts';
export * from './logger.ts';
export * from './redis/find-redis.ts';
export * from './redis/launch-redis.ts';
export * from './run-process.ts';
export * from './settings.ts';
