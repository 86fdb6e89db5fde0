import {
  ClusterError,
  checkRule,
  checkTemplate,
  ExpressionError,
  type Fault,
  fullMethodName,
  limits,
  nextFires,
  type Rule,
  type ScheduleRequest,
} from '@drover/core';
import { type ArgumentChecker, checkArgumentBounds } from '../arguments.ts';
import type { Access } from '../cluster.ts';
import { companyOf } from '../enqueue.ts';
import type { JobStore } from '../jobs/job-record.ts';
import type { Registry } from '../registry.ts';
import { isSystemModel, systemRefused, unknownMethod } from '../tasks.ts';
import type { CheckOptions } from './contract.ts';
import { faultOf, planFire, templateNames } from './plan-fire.ts';
import { type Definition, ruleInput } from './record.ts';

export type CheckParts = { registry: Registry; checker: ArgumentChecker; jobs: Pick<JobStore, 'read'> };

/** The request as it is stored: the zone as the list of zones has it, never left out, and whose tasks it makes. */
export function normalised(request: ScheduleRequest, rule: Rule, company: string | undefined): ScheduleRequest {
  const task = company === undefined ? request.task : { ...request.task, company };
  return { ...request, timeZone: rule.timeZone, task };
}

/**
 * Checks rule and task of a schedule, the task with the arguments of its next fire.
 * @throws ClusterError request_invalid, method_unknown, args_invalid, args_too_large, scope_missing
 */
export async function checkSchedule(
  { registry, checker, jobs }: CheckParts,
  definition: Definition,
  nowMs: number,
  options: CheckOptions,
): Promise<Rule> {
  const { request } = definition;
  const rule = checkRule(ruleInput(request), definition.anchorAt);
  if (request.job !== undefined) {
    await requireJob(jobs, request.job, definition.company);
    return rule;
  }
  const { model, method, args, kwargs } = request.task;
  const faults = [
    ...checkTemplate(args, templateNames, '/task/args'),
    ...checkTemplate(kwargs, templateNames, '/task/kwargs'),
  ];
  if (faults.length > 0) throw invalid(faults);
  if (isSystemModel(model) && options.isSystem !== true) throw within('/task', systemRefused(model));
  const fullName = fullMethodName(model, method);
  const versions = await registry.versions(fullName);
  if (versions.length === 0 && options.unchecked !== true)
    throw within('/task', unknownMethod(fullName, registry.names()));
  const [next] = nextFires(rule, nowMs, 1);
  const at = next ?? nowMs;
  try {
    checkArgumentBounds(args, kwargs, limits.argsBytes);
    const { envelope } = planFire(definition, rule, at, at, versions[0], { byHand: next === undefined });
    if (options.unchecked !== true) checker.check(fullName, versions, envelope.args, envelope.kwargs);
  } catch (error) {
    if (error instanceof ClusterError) throw within('/task', error);
    throw invalid([templateFault(error)]);
  }
  return rule;
}

/** A schedule runs jobs of its own company; one without a company those that are global. @throws ClusterError request_invalid */
async function requireJob(jobs: Pick<JobStore, 'read'>, id: string, company: string | undefined): Promise<void> {
  const job = await jobs.read(id);
  if (job !== undefined && job.definition.company === company) return;
  const whose = company === undefined ? 'global job' : `job of company "${company}"`;
  throw invalid([{ pointer: '/job', message: `there is no ${whose} "${id}"` }]);
}

/** Where the template has no value, and why. */
function templateFault(error: unknown): Fault {
  if (!(error instanceof ExpressionError)) return { pointer: '/task', message: faultOf(error) };
  const { detail, position, pointer } = error;
  return { pointer: `/task${pointer}`, message: new ExpressionError(detail, position).message };
}

/** That a schedule which is to begin has a time to come. @throws ClusterError request_invalid */
export function requireFuture(rule: Rule, nowMs: number): void {
  if (rule.timing === 'immediately' || nextFires(rule, nowMs, 1).length > 0) return;
  if (rule.timing === 'later') throw invalid([{ pointer: '/startAt', message: 'has gone by' }]);
  const pointer = rule.finishAt === undefined ? '/frequency' : '/finishAt';
  throw invalid([{ pointer, message: 'leaves no time to come at which it could fire' }]);
}

export function invalid(faults: Fault[]): ClusterError {
  const [first] = faults;
  const more = faults.length > 1 ? ` (and ${faults.length - 1} more)` : '';
  return new ClusterError('request_invalid', `${first?.pointer} ${first?.message}${more}`, { faults });
}

/** Whose tasks it is to make. @throws ClusterError scope_missing */
export function companyOfSchedule(request: ScheduleRequest, access: Access): string | undefined {
  try {
    return companyOf(request.task, access);
  } catch (error) {
    throw error instanceof ClusterError ? within('/task', error) : error;
  }
}

/** The same error, its faults where they stand in a schedule. */
function within(root: string, error: ClusterError): ClusterError {
  return new ClusterError(error.code, error.message, {
    cause: error,
    faults: error.faults.map(({ pointer, message }) => ({ pointer: `${root}${pointer}`, message })),
  });
}
