import type { z } from 'zod';
import { ClusterError } from './cluster-error.ts';
import type { Model } from './model.ts';
import { ScheduleRequest, type ScheduleRequestInput, type TaskTemplate } from './schedule.ts';
import { checkRule } from './schedule-rule/check-rule.ts';
import { ruleFields } from './schedule-rule/rule.ts';

/** A schedule as it stands beside the model whose method it runs: the task names the method only. */
export type DeclaredSchedule<Method extends string = string> = Omit<ScheduleRequestInput, 'task' | 'job'> & {
  task: Omit<z.input<typeof TaskTemplate>, 'model' | 'method'> & { method: Method };
};

/** What the models of a worker declare, checked. */
export type Declaration = { model: string; request: ScheduleRequest };

/** @throws Error that names the schedule and its fault */
export function declarationsOf(models: Model[]): Declaration[] {
  const names = new Set<string>();
  return models.flatMap((model) =>
    model.schedules.map((schedule) => {
      const where = `schedule "${schedule.name}" of model ${model.name}`;
      const parsed = ScheduleRequest.safeParse({ ...schedule, task: { ...schedule.task, model: model.name } });
      if (!parsed.success) {
        const [issue] = parsed.error.issues;
        throw new Error(`${where}: /${issue?.path.join('/')} ${issue?.message}`);
      }
      const request = parsed.data;
      if (model.methods[request.task.method] === undefined) {
        throw new Error(`${where}: the model has no method ${request.task.method}`);
      }
      const name = `${request.task.company ?? ''}\0${request.name}`;
      if (names.has(name)) throw new Error(`${where}: the name is declared twice`);
      names.add(name);
      return { model: model.name, request: { ...request, timeZone: zoneOf(request, where) } };
    }),
  );
}

function zoneOf(request: ScheduleRequest, where: string): string {
  try {
    const fields = Object.keys(ruleFields) as (keyof typeof ruleFields)[];
    const rule = Object.fromEntries(fields.map((field) => [field, request[field]]));
    // A start that has gone by is no fault of code that was written before it.
    return checkRule(rule as Parameters<typeof checkRule>[0], 0).timeZone;
  } catch (error) {
    if (!(error instanceof ClusterError)) throw error;
    throw new Error(`${where}: ${error.message}`, { cause: error });
  }
}
