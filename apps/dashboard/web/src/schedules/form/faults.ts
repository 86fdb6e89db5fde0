import type { Fault } from '@drover/core';

/** What is wrong at a place of the body or anywhere inside of it, for the line beneath its field. */
export function messageAt(faults: readonly Fault[], pointer: string): string | undefined {
  const lines = faults
    .filter((fault) => fault.pointer === pointer || fault.pointer.startsWith(`${pointer}/`))
    .map(({ message }) => message);
  return lines.length === 0 ? undefined : [...new Set(lines)].join('\n');
}

/** The parts of the body that make its rule. Of these the preview knows best. */
const ruleFields = [
  'timing',
  'startAt',
  'endAt',
  'finishAt',
  'frequency',
  'timeZone',
  'maxFires',
  'jitterSeconds',
] as const;

/** The parts of the body that have a place on the form, where their faults are shown. */
const shownFields = [...ruleFields, 'name', 'description', 'missed', 'overlap', 'pauseAfterFailures', 'task'];

function isOf(fields: readonly string[], { pointer }: Fault): boolean {
  return fields.some((field) => pointer === `/${field}` || pointer.startsWith(`/${field}/`));
}

export function areAllShown(faults: readonly Fault[]): boolean {
  return faults.length > 0 && faults.every((fault) => isOf(shownFields, fault));
}

/**
 * What is wrong with what stands there now: of the rule what the preview says, of the rest what was told when it was last
 * tried to be saved.
 */
export function currentFaults(preview: readonly Fault[], saved: readonly Fault[]): Fault[] {
  return [...preview, ...saved.filter((fault) => !isOf(ruleFields, fault))];
}
