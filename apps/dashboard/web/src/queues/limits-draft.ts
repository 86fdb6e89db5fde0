import { type Fault, limits, type QueueInfo, type QueuePatch } from '@drover/core';
import { pathOf } from '../fault.ts';

/** What the person has typed; an empty field is no limit. */
export type Draft = { [Field in DraftField]: number | string };
export type DraftField = 'concurrency' | 'tasks' | 'seconds' | 'burst' | 'keyConcurrency' | 'doneDays' | 'otherDays';
export type DraftFaults = { [Field in DraftField]?: string };

/** Where each field stands in the body that is sent. */
const places: Record<DraftField, readonly string[]> = {
  concurrency: ['concurrency'],
  tasks: ['rate', 'tasks'],
  seconds: ['rate', 'seconds'],
  burst: ['rate', 'burst'],
  keyConcurrency: ['keyConcurrency'],
  doneDays: ['retention', 'doneDays'],
  otherDays: ['retention', 'otherDays'],
};
const fields = Object.keys(places) as DraftField[];

const daysMax = 3_650;
type Range = { min: number; max: number; isWhole?: true };
const whole = (max: number): Range => ({ min: 1, max, isWhole: true });
const ranges: Record<DraftField, Range> = {
  concurrency: whole(limits.queueConcurrency),
  tasks: whole(limits.rateTasks),
  seconds: { min: 0.001, max: limits.rateSeconds },
  burst: whole(limits.rateTasks),
  keyConcurrency: whole(limits.queueConcurrency),
  doneDays: { min: 0, max: daysMax },
  otherDays: { min: 0, max: daysMax },
};

export function draftOf({ limits: bounds = {}, retention = {} }: Pick<QueueInfo, 'limits' | 'retention'>): Draft {
  return {
    concurrency: bounds.concurrency ?? '',
    tasks: bounds.rate?.tasks ?? '',
    seconds: bounds.rate?.seconds ?? '',
    burst: bounds.rate?.burst ?? '',
    keyConcurrency: bounds.keyConcurrency ?? '',
    doneDays: retention.doneDays ?? '',
    otherDays: retention.otherDays ?? '',
  };
}

/** What of it is new, and what cannot be sent as it is. */
export function patchOf(former: Draft, draft: Draft): { patch: QueuePatch; faults: DraftFaults } {
  const faults = faultsOf(draft);
  const patch: QueuePatch = {};
  const isNew = (...names: DraftField[]) => names.some((name) => draft[name] !== former[name]);
  if (isNew('concurrency')) patch.concurrency = numberOf(draft.concurrency) ?? null;
  if (isNew('tasks', 'seconds', 'burst')) patch.rate = rateOf(draft);
  if (isNew('keyConcurrency')) patch.keyConcurrency = numberOf(draft.keyConcurrency) ?? null;
  if (isNew('doneDays', 'otherDays')) patch.retention = retentionOf(draft);
  return { patch, faults };
}

function faultsOf(draft: Draft): DraftFaults {
  const faults: DraftFaults = {};
  for (const field of fields) {
    const { min, max, isWhole } = ranges[field];
    const value = draft[field];
    if (value === '') continue;
    const number = Number(value);
    const isFit = number >= min && number <= max && (isWhole !== true || Number.isInteger(number));
    if (!isFit) {
      faults[field] = `A ${isWhole === true ? 'whole number' : 'number'} from ${min} to ${max.toLocaleString('en')}`;
    }
  }
  if (draft.tasks === '' && (draft.seconds !== '' || draft.burst !== '')) {
    faults.tasks = 'How many tasks? To have no rate, clear the other two as well';
  }
  return faults;
}

function numberOf(value: number | string): number | undefined {
  return value === '' ? undefined : Number(value);
}

function rateOf(draft: Draft): QueuePatch['rate'] {
  const tasks = numberOf(draft.tasks);
  // One second, and one at once: as the API has it where they are left out.
  return tasks === undefined
    ? null
    : { tasks, seconds: numberOf(draft.seconds) ?? 1, burst: numberOf(draft.burst) ?? 1 };
}

function retentionOf(draft: Draft): QueuePatch['retention'] {
  const [doneDays, otherDays] = [numberOf(draft.doneDays), numberOf(draft.otherDays)];
  if (doneDays === undefined && otherDays === undefined) return null;
  return { ...(doneDays !== undefined && { doneDays }), ...(otherDays !== undefined && { otherDays }) };
}

/** The API's faults at their fields; one that names a group stands at its first field. */
export function shownFaults(faults: readonly Fault[]): DraftFaults {
  const shown: DraftFaults = {};
  for (const { pointer, message } of faults) {
    const path = pathOf(pointer);
    const field =
      path.length === 0 ? undefined : fields.find((name) => path.every((part, index) => places[name][index] === part));
    if (field !== undefined) shown[field] ??= message;
  }
  return shown;
}
