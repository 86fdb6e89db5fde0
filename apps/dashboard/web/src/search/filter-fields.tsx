import type { Outcome } from '@drover/core';
import { Select } from '@mantine/core';
import { IconSearch } from '@tabler/icons-react';
import { useQuery } from '@tanstack/react-query';
import { addressFault } from '../fault.ts';
import { sessionQuery } from '../session/session.ts';
import { outcomeLooks, outcomes } from '../state.ts';
import { FilterField } from './filter-field.tsx';
import { fieldLabels } from './filter-words.ts';
import { type LedgerSearch, methodSearch, textLengths } from './ledger-search.ts';
import type { Suggestions } from './suggestions.ts';
import { TimeFields } from './time-fields.tsx';

export type FieldProps = {
  search: LedgerSearch;
  suggestions: Suggestions;
  /** Why the API refused the search, if it did. */
  error: unknown;
  change: (change: Partial<LedgerSearch>) => void;
};

/** The filters behind "More filters". */
export const moreFields = [
  'outcome',
  'tag',
  'company',
  'user',
  'worker',
  'schedule',
  'flow',
  'job',
  'failure',
] as const;

export function WordsField({ search, error, change }: FieldProps) {
  return (
    <FilterField
      label={fieldLabels.q}
      value={search.q ?? ''}
      placeholder="Name, error, …"
      icon={IconSearch}
      error={addressFault(error, 'q')}
      maxLength={textLengths.q}
      onChange={(q) => change({ q: q || undefined })}
    />
  );
}

export function EverydayFields({ search, suggestions, error, change }: FieldProps) {
  return (
    <>
      <FilterField
        label="Model or method"
        value={search.method ?? search.model ?? ''}
        options={suggestions.methods}
        error={addressFault(error, 'method') ?? addressFault(error, 'model')}
        maxLength={textLengths.method}
        onChange={(said) => change(methodSearch(said, suggestions.models))}
      />
      <FilterField
        label={fieldLabels.queue}
        value={search.queue ?? ''}
        options={suggestions.queues}
        error={addressFault(error, 'queue')}
        maxLength={textLengths.queue}
        onChange={(queue) => change({ queue: queue || undefined })}
      />
      <TimeFields search={search} onChange={change} />
    </>
  );
}

export function MoreFields({ search, suggestions, error, change }: FieldProps) {
  const { data: session } = useQuery(sessionQuery);
  // A key bound to a company finds what is its company's anyway.
  const isBound = session?.company !== undefined;
  const options: Partial<Record<(typeof moreFields)[number], string[]>> = {
    tag: suggestions.tags,
    worker: suggestions.workers,
  };
  return moreFields
    .filter((field) => field !== 'company' || !isBound || search.company !== undefined)
    .map((field) =>
      field === 'outcome' ? (
        <OutcomeField key={field} outcome={search.outcome} onChange={(outcome) => change({ outcome })} />
      ) : (
        <FilterField
          key={field}
          label={fieldLabels[field]}
          value={search[field] ?? ''}
          {...(options[field] === undefined ? {} : { options: options[field] })}
          error={addressFault(error, field)}
          maxLength={textLengths[field]}
          onChange={(said) => change({ [field]: said || undefined })}
        />
      ),
    );
}

const any = 'any';
const outcomeOptions = [
  { value: any, label: 'Any outcome' },
  ...outcomes.map((value) => ({ value, label: outcomeLooks[value].label })),
];

type OutcomeProps = { outcome: Outcome | undefined; onChange: (outcome: Outcome | undefined) => void };

function OutcomeField({ outcome, onChange }: OutcomeProps) {
  return (
    <Select
      label={fieldLabels.outcome}
      size="xs"
      data={outcomeOptions}
      value={outcome ?? any}
      allowDeselect={false}
      onChange={(chosen) => onChange(chosen === null || chosen === any ? undefined : (chosen as Outcome))}
    />
  );
}
