export type * from './cluster.ts';
export { GuardError } from './guard.ts';
export { type ClusterOptions, createCluster } from './open-cluster.ts';
