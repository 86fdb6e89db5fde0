import { Group } from '@mantine/core';
import { IconArrowRight, IconChevronsLeft } from '@tabler/icons-react';
import { ButtonLink } from '../page-link.tsx';
import { pageRows } from './flow-queries.ts';
import type { FlowsSearch } from './flows-search.ts';

type Props = {
  search: FlowsSearch;
  nextCursor: string | null;
  /** Rows of this page. A short page may have a next one: there is more to look through. */
  count: number;
};

/** Older flows, and back to the newest. The browser's own Back goes one page back. */
export function PageSteps({ search, nextCursor, count }: Props) {
  if (search.cursor === undefined && nextCursor === null) return null;
  return (
    <Group component="nav" aria-label="Pages" justify="space-between" p="md" pt="sm">
      {search.cursor === undefined ? (
        <span />
      ) : (
        <ButtonLink
          to="/flows"
          search={{ ...search, cursor: undefined }}
          variant="default"
          size="xs"
          leftSection={<IconChevronsLeft size={15} aria-hidden />}
        >
          Newest
        </ButtonLink>
      )}
      {nextCursor !== null && (
        <ButtonLink
          to="/flows"
          search={{ ...search, cursor: nextCursor }}
          variant="default"
          size="xs"
          rightSection={<IconArrowRight size={15} aria-hidden />}
        >
          {count < pageRows ? 'Look further' : 'Older'}
        </ButtonLink>
      )}
    </Group>
  );
}
