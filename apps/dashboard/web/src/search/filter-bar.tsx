import { Button, Paper } from '@mantine/core';
import { useMediaQuery } from '@mantine/hooks';
import { IconAdjustmentsHorizontal, IconChevronDown, IconChevronUp } from '@tabler/icons-react';
import { useId, useState } from 'react';
import { ChosenChips } from './chosen-chips.tsx';
import classes from './filter-bar.module.css';
import { EverydayFields, type FieldProps, MoreFields, moreFields, WordsField } from './filter-fields.tsx';
import { changed, type LedgerField, type LedgerSearch } from './ledger-search.ts';
import { useSuggestions } from './suggestions.ts';

type Props = {
  search: LedgerSearch;
  /** Shown and chosen elsewhere on the page: these have no chip. */
  elsewhere: readonly LedgerField[];
  /** Of the rows on the page: they are suggested. */
  seenTags: readonly string[];
  /** Why the API refused the search, if it did. */
  error: unknown;
  onSearch: (search: LedgerSearch) => void;
};

/** Finds in the ledger: the everyday filters, the rest on demand, and what is chosen. Everything stands in the address. */
export function FilterBar({ search, elsewhere, seenTags, error, onSearch }: Props) {
  const [isOpen, setIsOpen] = useState(false);
  const isNarrow = useMediaQuery('(max-width: 36em)', false, { getInitialValueInEffect: false });
  const id = useId();
  const suggestions = useSuggestions(seenTags);
  const change = (change: Partial<LedgerSearch>) => onSearch(changed(search, change));
  const props: FieldProps = { search, suggestions, error, change };
  const hidden = moreFields.filter((field) => search[field] !== undefined && !elsewhere.includes(field)).length;
  const Chevron = isOpen ? IconChevronUp : IconChevronDown;
  return (
    <Paper component="search" aria-label="Filters" className={classes.bar}>
      <div className={classes.fields}>
        <WordsField {...props} />
        {!isNarrow && <EverydayFields {...props} />}
        <Button
          variant="default"
          size="xs"
          className={classes.more}
          aria-expanded={isOpen}
          aria-controls={id}
          leftSection={<IconAdjustmentsHorizontal size={15} aria-hidden />}
          rightSection={<Chevron size={14} aria-hidden />}
          onClick={() => setIsOpen(!isOpen)}
        >
          {isNarrow ? 'Filters' : 'More filters'}
          {hidden > 0 && !isNarrow && ` (${hidden})`}
        </Button>
      </div>
      <div id={id} className={classes.fields} hidden={!isOpen} data-more>
        {isOpen && isNarrow && <EverydayFields {...props} />}
        {isOpen && <MoreFields {...props} />}
      </div>
      <ChosenChips search={search} elsewhere={elsewhere} onSearch={onSearch} />
    </Paper>
  );
}
