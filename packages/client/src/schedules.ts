import type {
  BackfillResult,
  Fire,
  ImportReport,
  PauseRequest,
  PreviewRequest,
  Schedule,
  ScheduleCalendar,
  ScheduleFilter,
  SchedulePatch,
  SchedulePreview,
  ScheduleRequestInput,
  Task,
} from '@drover/core';
import { type Based, basedCall, type Checked, textOf, wasDone } from './based.ts';
import { idempotencyHeader, newIdempotencyKey } from './idempotency-key.ts';
import type { CallOptions, Page } from './tasks.ts';
import type { Call, Query, Transport } from './transport.ts';

export type ScheduleSearch = ScheduleFilter & { limit?: number | undefined; cursor?: string | undefined };

/** What an import reads: Drover's own export, lines of a crontab, rows of a `bg.task` table. */
export type ImportFormat = 'json' | 'yaml' | 'crontab' | 'bg-task-json' | 'bg-task-csv';

export type ImportOptions = CallOptions & {
  dryRun?: boolean | undefined;
  /** Takes methods that no live worker offers, and does not check their arguments. */
  unchecked?: boolean | undefined;
  /** The zone of times that name none. Default UTC. */
  timeZone?: string | undefined;
  /** With `crontab`: what runs commands that call no method, in full: it is given `{command}`. Default: they are refused. */
  method?: string | undefined;
  /** With `crontab`: whether a user stands before each command, as in /etc/crontab. Default: as it looks. */
  userColumn?: boolean | undefined;
};

export type SchedulesClient = {
  /** Under an idempotency key of this call's own. */
  create(request: ScheduleRequestInput, options?: CallOptions & Checked): Promise<Schedule>;
  get(id: string, options?: CallOptions): Promise<Schedule>;
  list(search?: ScheduleSearch, options?: CallOptions): Promise<Page<Schedule>>;
  replace(id: string, request: ScheduleRequestInput, options?: Based & Checked): Promise<Schedule>;
  patch(id: string, patch: SchedulePatch, options?: Based & Checked): Promise<Schedule>;
  remove(id: string, options?: Based): Promise<void>;
  pause(id: string, pause?: PauseRequest, options?: CallOptions): Promise<Schedule>;
  unschedule(id: string, options?: CallOptions): Promise<Schedule>;
  /** Sent once: a second one could be one run too many. */
  reschedule(id: string, options?: CallOptions): Promise<Schedule>;
  /** Makes its task now, under an idempotency key of this call's own. */
  run(id: string, options?: CallOptions): Promise<Task>;
  backfill(
    id: string,
    range: { from: string; to: string; dryRun?: boolean },
    options?: CallOptions,
  ): Promise<BackfillResult>;
  reset(id: string, options?: Based): Promise<Schedule>;
  adopt(id: string, options?: Based): Promise<Schedule>;
  /** The fire log, newest first. */
  fires(
    id: string,
    search?: { limit?: number; cursor?: string | undefined },
    options?: CallOptions,
  ): Promise<Page<Fire>>;
  /** The next fires of a rule, saved or not. */
  preview(rule: Omit<PreviewRequest, 'count'> & { count?: number }, options?: CallOptions): Promise<SchedulePreview>;
  previewOf(id: string, search?: { after?: string; count?: number }, options?: CallOptions): Promise<SchedulePreview>;
  calendar(range: { from: string; to: string }, options?: CallOptions): Promise<ScheduleCalendar>;
  /** All schedules that match, as text that `import` takes. Sent once. */
  export(format: 'json' | 'yaml', search?: ScheduleFilter, options?: CallOptions): Promise<string>;
  /** Creates and replaces by name. Sent again, it tells what the first time did as `unchanged`. */
  import(format: ImportFormat, text: string, options?: ImportOptions): Promise<ImportReport>;
};

/** What goes over as JSON; files are another matter. */
export type ScheduleCalls = Omit<SchedulesClient, 'export' | 'import'>;

export function createSchedules(transport: Transport): ScheduleCalls {
  const get = <T>(path: string, { signal }: CallOptions = {}, query: Query = {}) =>
    transport.send<T>({ method: 'GET', path, query, repeat: 'always', signal });
  const read: ScheduleCalls['get'] = (id, call) => get(pathOf(id), call);
  const post = <T>(path: string, body: unknown, { signal }: CallOptions = {}) =>
    transport.send<T>({ method: 'POST', path, body: textOf(body), repeat: 'always', signal });
  const edit = <T>(...call: Parameters<typeof basedCall>) => transport.send<T>(basedCall(...call));
  /** Drift that the first sending ended unseen is not there for the second. */
  const settle = (id: string, action: 'reset' | 'adopt', based?: Based) =>
    edit<Schedule>('POST', pathOf(id, action), undefined, based).catch((error: unknown) => {
      if (based?.version === undefined && wasDone(error, 'schedule_conflict')) return read(id, based);
      throw error;
    });

  return {
    create: (request, { unchecked, ...call } = {}) =>
      transport.send({ ...onceOnly(basePath, request, call), query: { unchecked } }),
    get: read,
    list: (search = {}, call) => get(basePath, call, search),
    replace: (id, request, based) => edit('PUT', pathOf(id), request, based),
    patch: (id, patch, based) => edit('PATCH', pathOf(id), patch, based),
    async remove(id, based) {
      try {
        await edit('DELETE', pathOf(id), undefined, based);
      } catch (error) {
        if (!wasDone(error, 'schedule_unknown')) throw error;
      }
    },
    pause: (id, pause, call) => post(pathOf(id, 'pause'), pause, call),
    unschedule: (id, call) => post(pathOf(id, 'unschedule'), undefined, call),
    reschedule: (id, { signal } = {}) =>
      transport.send({ method: 'POST', path: pathOf(id, 'reschedule'), repeat: 'refused', signal }),
    run: (id, call) => transport.send(onceOnly(pathOf(id, 'run'), undefined, call)),
    backfill: (id, range, call) => post(pathOf(id, 'backfill'), range, call),
    reset: (id, based) => settle(id, 'reset', based),
    adopt: (id, based) => settle(id, 'adopt', based),
    fires: (id, search = {}, call) => get(pathOf(id, 'fires'), call, search),
    preview: (rule, call) => post(`${basePath}/preview`, rule, call),
    previewOf: (id, search = {}, call) => get(pathOf(id, 'preview'), call, search),
    calendar: (range, call) => get(`${basePath}/calendar`, call, range),
  };
}

const basePath = '/v1/schedules';

/** The id of a schedule is one path segment, whatever it holds. */
function pathOf(id: string, action?: string): string {
  const path = `${basePath}/${encodeURIComponent(id)}`;
  return action === undefined ? path : `${path}/${action}`;
}

/** Sent again, it makes nothing twice. */
function onceOnly(path: string, body: unknown, { signal }: CallOptions = {}): Call {
  const headers = { 'idempotency-key': idempotencyHeader(newIdempotencyKey()) };
  return { method: 'POST', path, headers, body: textOf(body), repeat: 'always', signal };
}
