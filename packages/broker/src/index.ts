export type * from './cluster.ts';
