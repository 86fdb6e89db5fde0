export { type AddressSeal, addressHeader, openAddressSeal } from './address-seal.ts';
export { type BoardQueues, type BoardQueuesOptions, createBoardQueues } from './board.ts';
export type * from './cluster.ts';
export { EndRequest } from './end-request.ts';
export type { Ending, TakenTask } from './ending.ts';
export { GuardError } from './guard.ts';
export { type ClusterOptions, createCluster } from './open-cluster.ts';
export type { TaskHands } from './task-hands.ts';
export { createWorker, type WorkerOptions, type WorkerSession } from './worker-session.ts';
