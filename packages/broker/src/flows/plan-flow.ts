import {
  ClusterError,
  type FlowRequest,
  type FlowTask,
  flowFaults,
  flowOrder,
  fullMethodName,
  type Json,
  limits,
  type MethodInfo,
  namesIn,
  type OnFailure,
  TaskRequest,
} from '@drover/core';
import { type ArgumentChecker, checkArgumentBounds } from '../arguments.ts';
import type { Access } from '../cluster.ts';
import { companyOf, type NewTask, planTask } from '../enqueue.ts';
import type { Dependency } from '../envelope.ts';
import type { Registry } from '../registry.ts';
import { isSystemModel, systemRefused, unknownMethod } from '../tasks.ts';
import type { FlowOptions } from './contract.ts';
import { type FlowRecord, type FlowRecordTask, newFlowId } from './flow-record.ts';

export type PlanParts = { registry: Registry; checker: ArgumentChecker };

/** A task to be planned. `stop` is an edge of a job's lines; `filter` the key of the nearest filter before one. */
export type PlanTask = Omit<FlowTask, 'dependsOn'> & {
  dependsOn: { key: string; onFailure: OnFailure | 'stop' }[];
  filter?: string | undefined;
  isFilter?: boolean | undefined;
};

/** A flow whose graph was checked. */
export type PlanRequest = Omit<FlowRequest, 'tasks'> & {
  tasks: PlanTask[];
  /** What made it, if that was not a caller. */
  job?: FlowRecord['job'];
  schedule?: { id: string; fire: number } | undefined;
  timeZone?: string | undefined;
};

export type PlannedFlow = { record: FlowRecord; tasks: NewTask[]; foreground: number };

/** @throws ClusterError flow_invalid */
export function requireFlow({ tasks }: FlowRequest): void {
  const faults = flowFaults(tasks);
  const [first] = faults;
  if (first === undefined) return;
  const more = faults.length > 1 ? ` (and ${faults.length - 1} more)` : '';
  throw new ClusterError('flow_invalid', `${first.pointer}: ${first.message}${more}`, {
    faults: faults.slice(0, limits.faults),
  });
}

/** Makes the tasks of a flow, in an order in which each comes after what it waits for, each with its arguments checked. */
export async function planFlow(
  parts: PlanParts,
  request: PlanRequest,
  access: Access,
  nowMs: number,
  options: FlowOptions,
): Promise<PlannedFlow> {
  return planWith(parts, await methodsOf(parts, request.tasks), request, access, nowMs, options);
}

/** Live versions, by full name, of the methods that a flow runs. */
export async function methodsOf(
  { registry }: Pick<PlanParts, 'registry'>,
  tasks: PlanTask[],
): Promise<Map<string, MethodInfo[]>> {
  const names = new Set(tasks.map(({ model, method }) => fullMethodName(model, method)));
  const found = await Promise.all(
    [...names].map(async (name) => [name, registry.versionsAtHand(name) ?? (await registry.versions(name))] as const),
  );
  return new Map(found);
}

/** The same where the methods are at hand. */
export function planWith(
  parts: PlanParts,
  methods: Map<string, MethodInfo[]>,
  request: PlanRequest,
  access: Access,
  nowMs: number,
  options: FlowOptions,
): PlannedFlow {
  const { user, job, schedule } = request;
  const company = companyOf(request, access);
  const id = newFlowId();
  const places = new Map(request.tasks.map(({ key }, index) => [key, index]));
  const ids = new Map<string, string>();
  const tasks: NewTask[] = [];
  const order = flowOrder(request.tasks);
  for (const task of order) {
    const within = { id, ids, request, company, nowMs, options, methods };
    const planned = planOne(parts, task, within, places.get(task.key) ?? 0);
    ids.set(task.key, planned.id);
    tasks.push(planned);
  }
  const record: FlowRecord = {
    v: 1,
    id,
    name: request.name ?? nameOf(order),
    company,
    user,
    job,
    schedule: schedule?.id,
    createdAt: nowMs,
    tasks: order.map((task) => recordOf(task, ids.get(task.key) ?? '')),
  };
  return { record, tasks, foreground: order.filter((task) => !isBackground(task)).length };
}

/** Who waits for the flow does not wait for it. What is put off is nothing to wait for either. */
function isBackground({ background, delaySeconds }: PlanTask): boolean {
  return background || delaySeconds !== undefined;
}

function nameOf(order: PlanTask[]): string {
  const first = order.slice(0, 3).map(({ key }) => key);
  return first.join(', ') + (order.length > first.length ? ' …' : '');
}

function recordOf(task: PlanTask, id: string): FlowRecordTask {
  const { key, model, method, name, dependsOn, when, isFilter } = task;
  return {
    key,
    id,
    method: fullMethodName(model, method),
    ...(name === undefined ? {} : { name }),
    dependsOn: dependsOn.map((edge) => ({
      key: edge.key,
      onFailure: edge.onFailure === 'continue' ? 'continue' : 'cancel',
    })),
    ...(when === undefined ? {} : { when }),
    ...(isBackground(task) ? { background: true } : {}),
    ...(isFilter ? { isFilter } : {}),
  };
}

type Within = {
  id: string;
  ids: Map<string, string>;
  request: PlanRequest;
  company: string | undefined;
  nowMs: number;
  options: FlowOptions;
  methods: Map<string, MethodInfo[]>;
};

function planOne(parts: PlanParts, task: PlanTask, within: Within, place: number): NewTask {
  const { key, dependsOn, when, background: _, filter, isFilter: __, ...asked } = task;
  const { registry, checker } = parts;
  const { id, ids, request, company, nowMs, options, methods } = within;
  try {
    const fullName = fullMethodName(task.model, task.method);
    if (isSystemModel(task.model) && options.isSystem !== true) throw systemRefused(task.model);
    const versions = methods.get(fullName) ?? [];
    if (versions.length === 0 && options.unchecked !== true) throw unknownMethod(fullName, registry.names());
    const isTemplate = namesIn(task.args as Json).length + namesIn(task.kwargs).length > 0;
    const edges = dependsOn.map((edge): Dependency => {
      const { onFailure } = edge;
      return { id: ids.get(edge.key) ?? '', key: edge.key, ...(onFailure === 'cancel' ? {} : { onFailure }) };
    });
    const isPaused = edges.length > 0 && asked.delaySeconds !== undefined;
    const { user } = request;
    const parsed = TaskRequest.parse({
      ...asked,
      ...(isPaused ? { delaySeconds: undefined } : {}),
      ...(user === undefined ? {} : { user }),
      ...(company === undefined ? {} : { company }),
    });
    const planned = planTask(parsed, versions[0], {}, nowMs, {
      ...originOf(request),
      flow: id,
      key,
      ...(edges.length === 0 ? {} : { dependsOn: edges }),
      ...(when === undefined ? {} : { when }),
      ...(filter === undefined ? {} : { filter }),
      ...(isTemplate ? { isTemplate } : {}),
    });
    checkArgumentBounds(parsed.args, parsed.kwargs, planned.data.length);
    // What holds expressions is known when it begins: then the worker checks it.
    if (options.unchecked !== true && !isTemplate) checker.check(fullName, versions, parsed.args, parsed.kwargs);
    return {
      ...planned,
      ...(edges.length === 0 ? {} : { dependencies: edges.map((edge) => edge.id) }),
      ...(isPaused ? { pauseMs: Math.round((asked.delaySeconds ?? 0) * 1_000) } : {}),
      links: isBackground(task) ? `${id} background` : id,
    };
  } catch (error) {
    throw error instanceof ClusterError ? inTask(error, key, place) : error;
  }
}

function originOf({ job, schedule, timeZone }: PlanRequest) {
  return {
    ...(job === undefined ? {} : { job: job.id }),
    ...(schedule === undefined ? {} : { schedule: schedule.id, fire: schedule.fire }),
    ...(timeZone === undefined ? {} : { timeZone }),
  };
}

/** The same error, its faults where they stand in the flow. */
function inTask({ code, message, faults, cause }: ClusterError, key: string, place: number): ClusterError {
  return new ClusterError(code, `task "${key}": ${message}`, {
    cause,
    faults: faults.map((fault) => ({ ...fault, pointer: `/tasks/${place}${fault.pointer}` })),
  });
}
