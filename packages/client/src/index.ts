export type { RetryPolicy } from './back-off.ts';
export type { Based, Checked } from './based.ts';
export type { BulkOptions, BulkResult, StreamOptions } from './bulk.ts';
export {
  type ActionSearch,
  type AuditSearch,
  createClient,
  type DroverClient,
  type Me,
  type StatisticsSearch,
} from './client.ts';
export type { Clock } from './clock.ts';
export { type ClientErrorCode, DroverError, type DroverErrorCode } from './drover-error.ts';
export type { EventOptions, EventSearch } from './events.ts';
export type { FlowSearch, FlowsClient, FlowWaitOptions } from './flows.ts';
export type { JobImportOptions, JobResultSearch, JobSearch, JobsClient, JobWaitOptions } from './jobs.ts';
export type { ModelClient, TypedTask } from './model-client.ts';
export type {
  ImportFormat,
  ImportOptions,
  ScheduleCalls,
  ScheduleSearch,
  SchedulesClient,
} from './schedules.ts';
export type { CallOptions, EnqueueOptions, Page, TaskSearch, TasksClient, WaitOptions } from './tasks.ts';
export type { ClientOptions } from './transport.ts';
export type { WorkersClient } from './workers.ts';
