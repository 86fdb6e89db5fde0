import {
  ClusterError,
  describeFire,
  type Json,
  type MethodInfo,
  type Rule,
  resolveTemplate,
  TaskRequest,
  timeScope,
} from '@drover/core';
import { checkArgumentBounds } from '../arguments.ts';
import { type NewTask, planTask } from '../enqueue.ts';
import { startsBefore } from './due-slots.ts';
import type { Definition } from './record.ts';

/** Names that a template may use: see `TaskTemplate`. */
export const templateNames = [
  'fire',
  ...['fire.at', 'fire.date', 'fire.local'],
  'schedule',
  ...['schedule.id', 'schedule.name'],
  ...['now', 'today', 'user', 'company'],
];

/** The arguments of the task of a slot. @throws ExpressionError */
export function argumentsAt(definition: Definition, rule: Rule, at: number, nowMs: number) {
  const { id, request, company } = definition;
  const { args, kwargs, user } = request.task;
  // Most have none, and thousands may fire at the same second.
  if (!JSON.stringify([args, kwargs]).includes('${')) return { args, kwargs };
  const fired = timeScope(at, rule.timeZone);
  const scope = {
    ...timeScope(nowMs, rule.timeZone),
    fire: {
      at: fired.now,
      date: fired.today,
      // Costs as much as all the rest.
      get local() {
        return describeFire(rule, at).local;
      },
    },
    schedule: { id, name: request.name },
    user: user ?? null,
    company: company ?? null,
  };
  return {
    args: resolveTemplate(args, scope, '/args') as Json[],
    kwargs: resolveTemplate(kwargs, scope, '/kwargs') as Record<string, Json>,
  };
}

/**
 * The task of a slot. Its method's defaults are those of a live worker; without one it waits until one comes. One that
 * people ask for may start for as long as any other, from now on.
 * @throws ExpressionError, ClusterError args_too_large, request_invalid: there can be no such task
 */
export function planFire(
  definition: Definition,
  rule: Rule,
  at: number,
  nowMs: number,
  method: MethodInfo | undefined,
  { byHand = false }: { byHand?: boolean } = {},
): NewTask {
  const { expiresAfterSeconds, ...template } = definition.request.task;
  const byHandMs = expiresAfterSeconds === undefined ? undefined : nowMs + expiresAfterSeconds * 1_000;
  const expiresMs = byHand ? byHandMs : startsBefore(definition, rule, at);
  const request = TaskRequest.parse({
    ...template,
    ...argumentsAt(definition, rule, at, nowMs),
    name: template.name ?? definition.request.name,
    ...(expiresMs === undefined ? {} : { expiresAt: new Date(expiresMs).toISOString() }),
  });
  const access = definition.company === undefined ? {} : { company: definition.company };
  const task = planTask(request, method, access, nowMs, { schedule: definition.id, fire: at });
  checkArgumentBounds(request.args, request.kwargs, task.data.length);
  return { ...task, links: definition.id };
}

/** Why there can be no task, in words. */
export function faultOf(error: unknown): string {
  if (error instanceof ClusterError) return error.faults[0]?.message ?? error.message;
  return error instanceof Error ? error.message : String(error);
}
