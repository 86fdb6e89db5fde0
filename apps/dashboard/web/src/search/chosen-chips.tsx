import { Button, Text } from '@mantine/core';
import { IconX } from '@tabler/icons-react';
import { useRef } from 'react';
import classes from './filter-bar.module.css';
import { chosenFilters } from './filter-words.ts';
import { changed, type LedgerField, type LedgerSearch } from './ledger-search.ts';

type Props = { search: LedgerSearch; elsewhere: readonly LedgerField[]; onSearch: (search: LedgerSearch) => void };

/** What is chosen, each with a way to let go of it. The line is always there, so that nothing below it jumps. */
export function ChosenChips({ search, elsewhere, onSearch }: Props) {
  const ref = useRef<HTMLDivElement>(null);
  const chosen = chosenFilters(search).filter(({ field }) => !elsewhere.includes(field));
  /** The button that was pressed goes: the focus stays in the line. */
  const clear = (fields: LedgerField[]) => {
    onSearch(changed(search, Object.fromEntries(fields.map((field) => [field, undefined]))));
    ref.current?.focus();
  };
  /** Each end of a time is let go of by itself. */
  const clearOne = (field: LedgerField) => {
    if (field === 'from') onSearch(changed(search, { to: search.to }));
    else if (field === 'to') onSearch(changed(search, { from: search.from }));
    else return clear([field]);
    ref.current?.focus();
  };
  return (
    <div ref={ref} tabIndex={-1} className={classes.chosen}>
      {chosen.length === 0 ? (
        <Text size="xs" c="dimmed">
          No filter is chosen.
        </Text>
      ) : (
        <ul aria-label="Chosen filters">
          {chosen.map(({ field, label, value }) => (
            <li key={field} className={classes.chip}>
              <span className={classes.what}>{label}</span> <span className={classes.value}>{value}</span>
              <button type="button" aria-label={`Remove the filter ${label}: ${value}`} onClick={() => clearOne(field)}>
                <IconX size={13} aria-hidden />
              </button>
            </li>
          ))}
        </ul>
      )}
      {chosen.length > 1 && (
        <Button variant="subtle" color="gray" size="compact-xs" onClick={() => clear(chosen.map(({ field }) => field))}>
          Clear all
        </Button>
      )}
    </div>
  );
}
