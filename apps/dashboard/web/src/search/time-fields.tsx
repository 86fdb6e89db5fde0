import { Select } from '@mantine/core';
import { useState } from 'react';
import { instantOf, localOf } from '../local-time.ts';
import { TimeInput } from '../time-input.tsx';
import { filterOf, type LedgerSearch, type Range, rangeLabels } from './ledger-search.ts';
import { useDraft } from './use-draft.ts';

type Props = { search: LedgerSearch; onChange: (change: Partial<LedgerSearch>) => void };

const any = 'any';
const custom = 'custom';
const spans = [
  { value: any, label: 'Any time' },
  ...Object.entries(rangeLabels).map(([value, label]) => ({ value, label })),
  { value: custom, label: 'From … to …' },
];

/** A span that ends now, or two times of one's own. */
export function TimeFields({ search, onChange }: Props) {
  const [isAsked, setIsAsked] = useState(false);
  const { range, from, to } = search;
  const isCustom = from !== undefined || to !== undefined || (isAsked && range === undefined);
  const choose = (chosen: string | null) => {
    setIsAsked(chosen === custom);
    if (chosen !== custom) onChange({ range: chosen === any ? undefined : (chosen as Range) });
    // A moving span becomes times that stand still, for a person to change.
    else if (range !== undefined) onChange({ from: filterOf({ range }, thisMinute()).from });
  };
  return (
    <>
      <Select
        label="Time"
        size="xs"
        data={spans}
        value={isCustom ? custom : (range ?? any)}
        onChange={choose}
        allowDeselect={false}
      />
      {isCustom && (
        <>
          <Bound label="From" at={from} onChange={(said) => onChange({ from: said, to })} />
          <Bound label="Before" at={to} onChange={(said) => onChange({ from, to: said })} />
        </>
      )}
    </>
  );
}

type BoundProps = { label: string; at: string | undefined; onChange: (at: string | undefined) => void };

const thisMinute = () => new Date().setSeconds(0, 0);

/** One end, in the person's own zone. It counts when the field is left: half a year is no year. */
function Bound({ label, at, onChange }: BoundProps) {
  const local = at === undefined ? '' : localOf(at);
  const { text, write, commit } = useDraft(local, (said) => onChange(said === '' ? undefined : instantOf(said)));
  return (
    <TimeInput
      label={label}
      size="xs"
      step={60}
      value={text}
      onChange={(said) => write(said ?? '')}
      onBlur={() => commit()}
      onKeyDown={({ key }) => {
        if (key === 'Enter') commit();
      }}
    />
  );
}
