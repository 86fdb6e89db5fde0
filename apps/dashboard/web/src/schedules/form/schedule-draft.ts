import type {
  Fault,
  MethodInfo,
  MissedPolicy,
  ModelInfo,
  OverlapPolicy,
  Schedule,
  TaskScheduleInput,
} from '@drover/core';
import { newRule, numberOf, type RuleDraft, ruleDraftOf, ruleOf } from './rule-draft.ts';
import { newTemplate, type TemplateDraft, templateDraftOf, templateOf } from './template-draft.ts';

/** A schedule, as it is typed. */
export type ScheduleDraft = {
  name: string;
  description: string;
  rule: RuleDraft;
  missed: MissedPolicy;
  overlap: OverlapPolicy;
  pauseAfterFailures: number | string;
  task: TemplateDraft;
};

export function newDraft(timeZone: string): ScheduleDraft {
  return {
    name: '',
    description: '',
    rule: newRule(timeZone),
    missed: 'once',
    overlap: 'skip',
    pauseAfterFailures: '',
    task: newTemplate(),
  };
}

export function scheduleDraftOf(schedule: Schedule, models: readonly ModelInfo[]): ScheduleDraft {
  const { name, description = '', missed, overlap, pauseAfterFailures = '', task } = schedule;
  return {
    name,
    description,
    rule: ruleDraftOf(schedule),
    missed,
    overlap,
    pauseAfterFailures,
    task: templateDraftOf(task, models),
  };
}

/** @param source the schedule that is edited: what was not touched goes back as it was there */
export function scheduleRequestOf(draft: ScheduleDraft, method: MethodInfo, source?: Schedule): TaskScheduleInput {
  const description = draft.description.trim();
  const task = templateOf(draft.task, method);
  return {
    name: draft.name.trim(),
    ...(description === '' ? {} : { description }),
    ...ruleOf(draft.rule, source),
    missed: draft.missed,
    overlap: draft.overlap,
    ...numberOf('pauseAfterFailures', draft.pauseAfterFailures),
    task,
    ...jobOf(task),
  };
}

/** Who runs a job says which: its task alone is refused. */
function jobOf({ model, method, kwargs }: TaskScheduleInput['task']): { job?: string } {
  const job = model === 'system.jobs' && method === 'run' ? kwargs?.job : undefined;
  return typeof job === 'string' ? { job } : {};
}

/** The faults of the task's part, as its own form knows them: `/task/kwargs/to` → `/kwargs/to`. */
export function taskFaults(faults: readonly Fault[]): Fault[] {
  return faults
    .filter(({ pointer }) => pointer.startsWith('/task/'))
    .map(({ pointer, message }) => ({ pointer: pointer.slice('/task'.length), message }));
}
