import { ClusterError, checkRule, type Fault, type JobLine, type JobRequest, limits, linesInOrder } from '@drover/core';
import type { PlanRequest, PlanTask } from '../flows/plan-flow.ts';
import type { JobDefinition } from './job-record.ts';

/** The key of a line's task in the flow of its run. */
export function lineKey(number: number): string {
  return `line_${number}`;
}

export function numberOfKey(key: string): number | undefined {
  const [, number] = /^line_(\d+)$/.exec(key) ?? [];
  return number === undefined ? undefined : Number(number);
}

const conditionKey = 'condition';

export type RunBy = {
  user?: string | undefined;
  /** Made it: then its condition decides first. */
  schedule?: { id: string; fire: number } | undefined;
};

/**
 * A run of a job as a flow: every line waits for all lines before it, so that it may use their results; behind a filter
 * that left nothing, and behind a condition that does not hold, lines are passed over.
 */
export function planRun({ id, request, company }: JobDefinition, by: RunBy): PlanRequest {
  const { condition, stopsOnError } = request;
  const isConditional = condition !== undefined && by.schedule !== undefined;
  const tasks: PlanTask[] = [];
  if (isConditional) tasks.push({ ...condition, key: conditionKey, dependsOn: [], background: false, isFilter: true });
  let filter: string | undefined;
  for (const line of linesInOrder(request.lines)) {
    const key = lineKey(line.number);
    const onFailure = stopsOnError ? ('stop' as const) : ('continue' as const);
    // Nothing runs where the condition could not be asked.
    const dependsOn = tasks.map((task) => ({
      key: task.key,
      onFailure: task.key === conditionKey ? ('stop' as const) : onFailure,
    }));
    const conditions = [
      ...(isConditional ? [`${conditionKey} == true`] : []),
      ...(filter === undefined ? [] : ['length(filter.ids) > 0']),
    ];
    tasks.push({
      ...taskOf(line),
      key,
      dependsOn,
      background: false,
      ...(conditions.length === 0 ? {} : { when: conditions.join(' and ') }),
      ...(filter === undefined ? {} : { filter }),
      ...(line.kind === 'filter' ? { isFilter: true } : {}),
    });
    if (line.kind === 'filter') filter = key;
  }
  return {
    name: request.name,
    ...(company === undefined ? {} : { company }),
    ...(by.user === undefined ? {} : { user: by.user }),
    tasks,
    job: { id, name: request.name, stopsOnError },
    schedule: by.schedule,
    timeZone: request.timeZone,
  };
}

function taskOf({ kind, name, model, method, args, kwargs, definition, takesIds, ...line }: JobLine) {
  const { queue, priority, maxRetries, timeoutSeconds } = line;
  return {
    model,
    method,
    ...(name === undefined ? {} : { name }),
    args: takesIds ? ['${filter.ids}', ...args] : args,
    kwargs: kind === 'filter' ? definition : kwargs,
    ...(queue === undefined ? {} : { queue }),
    ...(priority === undefined ? {} : { priority }),
    ...(maxRetries === undefined ? {} : { maxRetries }),
    ...(timeoutSeconds === undefined ? {} : { timeoutSeconds }),
  };
}

/** The error of a plan, its faults where they stand in the job. */
export function inLines(
  { code, message, faults, cause }: ClusterError,
  { lines }: JobRequest,
  { tasks }: Pick<PlanRequest, 'tasks'>,
): ClusterError {
  const moved = faults.map((fault) => {
    const [, place, rest = ''] = /^\/tasks\/(\d+)(.*)$/s.exec(fault.pointer) ?? [];
    if (place === undefined) return fault;
    const number = numberOfKey(tasks[Number(place)]?.key ?? '');
    const index = lines.findIndex((line) => line.number === number);
    if (index === -1) return { ...fault, pointer: `/${conditionKey}${rest}` };
    // A filter has its named arguments in its definition.
    const own = lines[index]?.kind === 'filter' ? rest.replace(/^\/kwargs(?=\/|$)/, '/definition') : rest;
    return { ...fault, pointer: `/lines/${index}${own}` };
  });
  return new ClusterError(code, message, { cause, faults: moved });
}

/** The zone as the list of zones has it. @throws ClusterError request_invalid */
export function requireZone(request: JobRequest): string | undefined {
  if (request.timeZone === undefined) return undefined;
  return checkRule({ timing: 'immediately', timeZone: request.timeZone }, 0).timeZone;
}

/** @throws ClusterError request_invalid */
export function requireNone(faults: Fault[]): void {
  const [first] = faults;
  if (first === undefined) return;
  const more = faults.length > 1 ? ` (and ${faults.length - 1} more)` : '';
  throw new ClusterError('request_invalid', `${first.pointer}: ${first.message}${more}`, {
    faults: faults.slice(0, limits.faults),
  });
}
