import { Button, Paper } from '@mantine/core';
import { IconX } from '@tabler/icons-react';
import type { ReactNode } from 'react';
import classes from './filters.module.css';

type Props = {
  /** Many short fields: they stand closer, on a phone two in a row. */
  isDense?: boolean;
  /** Something is chosen here. */
  isNarrowed: boolean;
  onClear: () => void;
  children: ReactNode;
};

/** The fields that narrow a list. Everything that is chosen stands in the address. */
export function Filters({ isDense = false, isNarrowed, onClear, children }: Props) {
  return (
    <Paper component="search" aria-label="Filters" className={classes.filters} data-dense={isDense}>
      {children}
      {isNarrowed && (
        <Button
          size="xs"
          variant="default"
          className={classes.all}
          leftSection={<IconX size={14} aria-hidden />}
          onClick={onClear}
        >
          Clear the filters
        </Button>
      )}
    </Paper>
  );
}
