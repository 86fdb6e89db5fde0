export * from './listen.ts';
export * from './logger.ts';
export * from './run-process.ts';
export * from './settings.ts';
