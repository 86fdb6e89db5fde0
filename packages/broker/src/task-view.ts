import {
  type Execution,
  finalStateOf,
  type Json,
  limits,
  type Outcome,
  type Progress,
  splitMethodName,
  type Task,
  type TaskErrorRecord,
  type TaskState,
} from '@drover/core';
import { type Dependency, decodeEnvelope, type Envelope } from './envelope.ts';
import { runningExecution, viewExecution } from './execution-record.ts';

/** Where BullMQ has a job; `held`: it is ready, and Drover has it until its key has a slot for it. */
export type Place =
  | 'completed'
  | 'failed'
  | 'delayed'
  | 'prioritized'
  | 'held'
  | 'wait'
  | 'active'
  | 'waiting-children'
  | '';

/** Score of a delayed job that waits for a person: the latest that BullMQ has room for. */
export const attentionScore = 2_199_023_255_551 * 0x1000;

/** A task as `read.lua` finds it. */
export type RawTask = {
  id: string;
  queue: string;
  place: Place;
  delayedScore: number | undefined;
  job: Map<string, string>;
  ledger: Map<string, string>;
};

/** The one table from BullMQ's places to our states. A job that ended has its state in the ledger. */
export function stateOf(raw: RawTask): TaskState | undefined {
  switch (raw.place) {
    case 'prioritized':
    case 'held':
    case 'wait':
      return 'waiting';
    case 'active':
      return 'running';
    case 'waiting-children':
      return 'depends';
    case 'delayed':
      return raw.delayedScore !== undefined && raw.delayedScore >= attentionScore ? 'requires_attention' : 'scheduled';
    case 'completed':
    case 'failed':
    case '':
      return raw.ledger.get('s') as TaskState | undefined;
    default:
      return raw.place satisfies never;
  }
}

/**
 * What was asked for; undefined where the task is unknown. One that a newer version wrote is shown without it, to those
 * who see all companies: it must not hide the others of its list.
 */
export function envelopeOf(raw: RawTask): Envelope | undefined {
  const data = raw.job.get('data') ?? raw.ledger.get('d');
  if (data === undefined) return undefined;
  try {
    return decodeEnvelope(data);
  } catch {
    return decodeEnvelope('{"v":1}');
  }
}

let lastIso = { ms: Number.NaN, text: '' };

/** A task's instants, and those of tasks that come together, are often the same one. */
function iso(ms: number): string {
  if (ms !== lastIso.ms) lastIso = { ms, text: new Date(ms).toISOString() };
  return lastIso.text;
}

/** Why a task waits that a worker has put off. */
const postponedMessage = 'the worker that took it does not offer this method; it is tried again until one does';

/** The task as the API answers it; undefined when there is no such task. */
export function viewTask(raw: RawTask, envelope = envelopeOf(raw)): Task | undefined {
  const state = stateOf(raw);
  const name = raw.job.get('name') ?? raw.ledger.get('n');
  if (state === undefined || name === undefined || envelope === undefined) return undefined;
  const isLive = raw.place !== '' && raw.place !== 'completed' && raw.place !== 'failed';
  const executions = executionsOf(raw, state);
  const fields = isLive ? raw.job : raw.ledger;
  const createdAt = Number(fields.get(isLive ? 'timestamp' : 't'));
  const finishedAt = isLive ? undefined : Number(raw.ledger.get('f'));
  return {
    id: raw.id,
    ...splitMethodName(name),
    ...requestOf(envelope, name),
    queue: raw.queue,
    priority: Number(fields.get(isLive ? 'priority' : 'p')),
    state,
    ...outcomeOf(raw, isLive, state),
    progress: progressOf(fields.get(isLive ? 'progress' : 'pr'), raw, isLive),
    result: isLive ? null : (parse<Json>(raw.ledger.get('r')) ?? null),
    ...errorOf(raw, isLive, executions),
    retryCount: Number(fields.get(isLive ? 'atm' : 'a') ?? 0),
    createdAt: iso(createdAt),
    runAt: iso(Number(fields.get('ra') || createdAt)),
    ...(fields.has('av') ? { resolved: parse<NonNullable<Task['resolved']>>(fields.get('av')) } : {}),
    ...(executions.length > 0 ? { startedAt: executions.at(-1)?.startedAt } : {}),
    ...(finishedAt === undefined ? {} : { finishedAt: iso(finishedAt) }),
    executions: executions.slice(-limits.executions),
  } as Task;
}

/** What the request said, defaults filled in. */
function requestOf(envelope: Envelope, fullName: string) {
  const { maxRetries, ...retry } = envelope.retry;
  return {
    name: envelope.name ?? fullName,
    args: envelope.args,
    kwargs: envelope.kwargs,
    maxRetries,
    timeoutSeconds: envelope.timeoutSeconds,
    retry,
    tags: envelope.tags,
    ...(envelope.user === undefined ? {} : { user: envelope.user }),
    ...(envelope.company === undefined ? {} : { company: envelope.company }),
    ...(envelope.concurrencyKey === undefined ? {} : { concurrencyKey: envelope.concurrencyKey }),
    notifyOnFailure: envelope.notifyOnFailure,
    ...(envelope.schedule === undefined ? {} : { schedule: envelope.schedule }),
    ...(envelope.fire === undefined ? {} : { fireAt: new Date(envelope.fire).toISOString() }),
    ...(envelope.flow === undefined ? {} : { flow: envelope.flow }),
    ...(envelope.job === undefined ? {} : { job: envelope.job }),
    ...(envelope.key === undefined ? {} : { key: envelope.key }),
    ...(envelope.dependsOn === undefined ? {} : { dependsOn: envelope.dependsOn.map(edgeOf) }),
    ...(envelope.when === undefined ? {} : { when: envelope.when }),
    ...(envelope.expiresAt === undefined ? {} : { expiresAt: iso(envelope.expiresAt) }),
  };
}

function edgeOf({ id, key = id, onFailure }: Dependency) {
  return { id, key, onFailure: onFailure === 'continue' ? onFailure : ('cancel' as const) };
}

/** Why its worker must not begin it now; undefined where it only does not offer the method, which is written as 1. */
export function putOffWhy(raw: RawTask): string | undefined {
  const why = raw.job.get('pp');
  return why === '1' ? undefined : why;
}

function outcomeOf(raw: RawTask, isLive: boolean, state: TaskState) {
  if (isLive) return state === 'scheduled' && raw.job.has('pp') ? { message: putOffWhy(raw) ?? postponedMessage } : {};
  const message = raw.ledger.get('m');
  return { outcome: raw.ledger.get('o') as Outcome, ...(message === undefined ? {} : { message }) };
}

function progressOf(encoded: string | undefined, raw: RawTask, isLive: boolean): Progress {
  const progress = parse<Progress>(encoded) ?? { percent: 0 };
  const endedWell = !isLive && finalStateOf(raw.ledger.get('o') as Outcome) === 'done';
  return endedWell ? { ...progress, percent: 100 } : progress;
}

/** While it lives: the failure of the newest execution; at the end: what ended it. */
function errorOf(raw: RawTask, isLive: boolean, executions: Execution[]): { error?: TaskErrorRecord } {
  const error = isLive
    ? executions.findLast((execution) => execution.endedAt !== undefined)?.error
    : parse<TaskErrorRecord>(raw.ledger.get('e'));
  return error === undefined ? {} : { error };
}

/** One try at a task: recorded, or under way. */
export function executionOf(raw: RawTask, attempt: number): Execution | undefined {
  const encoded = raw.ledger.get(`x${attempt}`);
  if (encoded !== undefined) return viewExecution(raw.id, attempt, encoded);
  if (raw.place !== 'active' || Number(raw.job.get('ats') ?? 0) !== attempt) return undefined;
  return runningExecution(raw.id, attempt, raw.job.get('pb') ?? '', Number(raw.job.get('processedOn') ?? 0));
}

function executionsOf(raw: RawTask, state: TaskState): Execution[] {
  const executions: Execution[] = [];
  for (const [field, encoded] of raw.ledger) {
    if (/^x\d+$/.test(field)) executions.push(viewExecution(raw.id, Number(field.slice(1)), encoded));
  }
  const attempt = Number(raw.job.get('ats') ?? 0);
  if (state === 'running' && attempt > 0 && !raw.ledger.has(`x${attempt}`)) {
    const startedAt = Number(raw.job.get('processedOn') ?? 0);
    executions.push(runningExecution(raw.id, attempt, raw.job.get('pb') ?? '', startedAt));
  }
  return executions.sort((a, b) => a.attempt - b.attempt);
}

function parse<T>(encoded: string | undefined): T | undefined {
  return encoded === undefined || encoded === '' ? undefined : (JSON.parse(encoded) as T);
}
