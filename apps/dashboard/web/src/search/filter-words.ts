import { formatAbsolute } from '../relative-time.ts';
import { outcomeLooks, stateLooks } from '../state.ts';
import { type LedgerField, type LedgerSearch, rangeLabels } from './ledger-search.ts';

export const fieldLabels: Record<LedgerField, string> = {
  q: 'Words',
  state: 'State',
  outcome: 'Outcome',
  model: 'Model',
  method: 'Method',
  queue: 'Queue',
  range: 'Time',
  from: 'From',
  to: 'Before',
  tag: 'Tag',
  company: 'Company',
  user: 'User',
  worker: 'Worker',
  schedule: 'Schedule',
  flow: 'Flow',
  job: 'Job',
  failure: 'Failure group',
};

/** A filter that was chosen, in words. */
export type ChosenFilter = { field: LedgerField; label: string; value: string };

export function chosenFilters(search: LedgerSearch): ChosenFilter[] {
  return (Object.keys(fieldLabels) as LedgerField[]).flatMap((field) => {
    const value = said(search, field);
    return value === undefined ? [] : [{ field, label: fieldLabels[field], value }];
  });
}

function said(search: LedgerSearch, field: LedgerField): string | undefined {
  const value = search[field];
  if (value === undefined) return undefined;
  switch (field) {
    case 'state':
      return search.state && stateLooks[search.state].label;
    case 'outcome':
      return search.outcome && outcomeLooks[search.outcome].label;
    case 'range':
      return search.range && rangeLabels[search.range];
    case 'from':
    case 'to':
      return formatAbsolute(value);
    default:
      return value;
  }
}
