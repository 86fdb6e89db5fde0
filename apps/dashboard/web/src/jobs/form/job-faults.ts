import type { Fault, ModelInfo } from '@drover/core';
import type { Draft } from '../../run/draft.ts';
import { methodOf, templateFaults } from '../../schedules/form/template-draft.ts';
import { type JobDraft, type LineDraft, shownMethod } from './job-draft.ts';

/** What the page can see is wrong before the API does. Pointers stand in the request. */
export function draftFaults(draft: JobDraft, models: readonly ModelInfo[]): Fault[] {
  const name = draft.name.trim() === '' ? [{ pointer: '/name', message: 'Give it a name' }] : [];
  const { fullName, args } = draft.condition;
  const condition =
    fullName === null
      ? []
      : argumentFaults(args, methodOf(models, fullName)).map((fault) => under('/condition', fault));
  const lines = draft.lines.flatMap((line, index) =>
    lineFaults(line, draft.lines, models).map((fault) => under(`/lines/${index}`, fault)),
  );
  const none = draft.lines.length === 0 ? [{ pointer: '/lines', message: 'A job needs a line' }] : [];
  return [...name, ...condition, ...none, ...lines];
}

function lineFaults(line: LineDraft, lines: readonly LineDraft[], models: readonly ModelInfo[]): Fault[] {
  const { number, fullName, args } = line;
  const isTaken = lines.some((other) => other.key !== line.key && other.number === number);
  const numberFaults =
    typeof number !== 'number'
      ? [{ pointer: '/number', message: 'Give it a number' }]
      : isTaken
        ? [{ pointer: '/number', message: `Another line has the number ${number}` }]
        : [];
  if (fullName === null) return [...numberFaults, { pointer: '/method', message: 'Choose what it runs' }];
  return [...numberFaults, ...argumentFaults(args, shownMethod(methodOf(models, fullName), line))];
}

function argumentFaults(args: Draft, method: Parameters<typeof templateFaults>[1]): Fault[] {
  return templateFaults({ args }, method);
}

function under(root: string, { pointer, message }: Fault): Fault {
  return { pointer: `${root}${pointer}`, message };
}

/**
 * What the API says of arguments, where the form has their fields: the ids that a line takes are the first argument
 * there, and have no field here.
 */
export function shiftedFaults(faults: readonly Fault[], { lines }: JobDraft): Fault[] {
  return faults.map((fault) => {
    const [, index, place, rest = ''] = /^\/lines\/(\d+)\/args\/(\d+)(.*)$/s.exec(fault.pointer) ?? [];
    if (index === undefined || lines[Number(index)]?.takesIds !== true) return fault;
    const own = Number(place) - 1;
    const pointer = own < 0 ? `/lines/${index}/takesIds` : `/lines/${index}/args/${own}${rest}`;
    return { ...fault, pointer };
  });
}

/** The parts of the body that have a place on the form, where their faults are shown. */
const shownFields = ['name', 'description', 'company', 'module', 'timeZone', 'condition', 'lines'];

export function areAllShown(faults: readonly Fault[]): boolean {
  return faults.length > 0 && faults.every(({ pointer }) => shownFields.includes(pointer.split('/')[1] ?? ''));
}
