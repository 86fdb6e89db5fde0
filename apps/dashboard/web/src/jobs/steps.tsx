import { Group } from '@mantine/core';
import type { ReactNode } from 'react';

type Props = {
  /** Links to the first page and to the next one, where there are such. */
  first: ReactNode;
  next: ReactNode;
};

/** Further pages, and back to the first. The browser's own Back goes one page back. */
export function Steps({ first, next }: Props) {
  if (!first && !next) return null;
  return (
    <Group component="nav" aria-label="Pages" justify="space-between" p="md" pt="sm">
      {first || <span />}
      {next}
    </Group>
  );
}
