import type { AuditOutcome } from '@drover/core';
import { IconBan, IconCircleCheck, IconCircleX, IconHelpCircle } from '@tabler/icons-react';
import type { Look } from '../state.ts';

export const auditLooks: Record<AuditOutcome, Look & { means: string }> = {
  done: { label: 'Done', tone: 'green', icon: IconCircleCheck, means: 'it was changed as asked' },
  refused: { label: 'Refused', tone: 'amber', icon: IconBan, means: 'nothing was changed' },
  failed: {
    label: 'Failed',
    tone: 'red',
    icon: IconCircleX,
    means: 'it broke on the way: a part may have been changed',
  },
  begun: { label: 'Begun', tone: 'slate', icon: IconHelpCircle, means: 'it may have been changed: nobody could say' },
};

export const auditOutcomes = Object.keys(auditLooks) as AuditOutcome[];

export function isAuditOutcome(value: unknown): value is AuditOutcome {
  return typeof value === 'string' && Object.hasOwn(auditLooks, value);
}

/** Actions in words, by what they change. One that is not here is shown as it is called. */
const groups: { label: string; prefix: string; actions: Record<string, string> }[] = [
  {
    label: 'Tasks',
    prefix: 'task.',
    actions: {
      'task.cancel': 'Cancel a task',
      'task.retry': 'Retry a task',
      'task.kill': 'Kill a task',
      'task.run-now': 'Run a task now',
      'task.patch': 'Edit a task',
      'task.skip': 'Skip a task',
      'task.comment': 'Comment on a task',
      'task.actions': 'Act on many tasks',
    },
  },
  {
    label: 'Flows',
    prefix: 'flow.',
    actions: { 'flow.cancel': 'Cancel a flow', 'flow.resume': 'Resume a flow' },
  },
  {
    label: 'Jobs',
    prefix: 'job.',
    actions: {
      'job.create': 'Create a job',
      'job.replace': 'Edit a job',
      'job.delete': 'Delete a job',
      'job.run': 'Run a job',
      'job.kill': 'Kill the run of a job',
      'job.import': 'Import jobs',
    },
  },
  {
    label: 'Schedules',
    prefix: 'schedule.',
    actions: {
      'schedule.create': 'Create a schedule',
      'schedule.replace': 'Replace a schedule',
      'schedule.patch': 'Edit a schedule',
      'schedule.delete': 'Delete a schedule',
      'schedule.pause': 'Pause a schedule',
      'schedule.unschedule': 'Unschedule a schedule',
      'schedule.reschedule': 'Reschedule a schedule',
      'schedule.run': 'Run a schedule now',
      'schedule.backfill': 'Backfill a schedule',
      'schedule.reset': 'Reset a schedule to its code',
      'schedule.adopt': 'Keep an edit over the code',
      'schedule.import': 'Import schedules',
    },
  },
  {
    label: 'Queues',
    prefix: 'queue.',
    actions: { 'queue.pause': 'Pause a queue', 'queue.resume': 'Resume a queue', 'queue.patch': 'Edit a queue' },
  },
  { label: 'Keys', prefix: 'key.', actions: { 'key.create': 'Create a key', 'key.revoke': 'Revoke a key' } },
];

const words = new Map(groups.flatMap(({ actions }) => Object.entries(actions)));

export function actionWords(action: string): string {
  return words.get(action) ?? action;
}

type Choice = { value: string; label: string };

/** For a filter: each action, and all of one kind. `chosen` may be one that this page does not know. */
export function actionChoices(chosen: string | undefined): (Choice | { group: string; items: Choice[] })[] {
  const known = groups.map(({ label, prefix, actions }) => {
    const single = Object.entries(actions).map(([value, text]) => ({ value, label: text }));
    const all = { value: prefix, label: `All on ${label.toLowerCase()}` };
    return { group: label, items: [all, ...single] };
  });
  const isKnown = known.some(({ items }) => items.some(({ value }) => value === chosen));
  return chosen === undefined || isKnown
    ? known
    : [...known, { group: 'Other', items: [{ value: chosen, label: chosen }] }];
}
