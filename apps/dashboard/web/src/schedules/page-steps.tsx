import { Group } from '@mantine/core';
import { IconArrowRight, IconChevronsLeft } from '@tabler/icons-react';
import { ButtonLink } from '../page-link.tsx';
import { pageRows } from './schedule-queries.ts';
import type { SchedulesSearch } from './schedules-search.ts';

type Props = {
  search: SchedulesSearch;
  nextCursor: string | null;
  /** Rows of this page. A short page may have a next one: there is more to look through. */
  count: number;
};

/** Further schedules, and back to the first. The browser's own Back goes one page back. */
export function PageSteps({ search, nextCursor, count }: Props) {
  if (search.cursor === undefined && nextCursor === null) return null;
  return (
    <Group component="nav" aria-label="Pages" justify="space-between" p="md" pt="sm">
      {search.cursor === undefined ? (
        <span />
      ) : (
        <ButtonLink
          to="/schedules"
          search={{ ...search, cursor: undefined }}
          variant="default"
          size="xs"
          leftSection={<IconChevronsLeft size={15} aria-hidden />}
        >
          First page
        </ButtonLink>
      )}
      {nextCursor !== null && (
        <ButtonLink
          to="/schedules"
          search={{ ...search, cursor: nextCursor }}
          variant="default"
          size="xs"
          rightSection={<IconArrowRight size={15} aria-hidden />}
        >
          {count < pageRows ? 'Look further' : 'Next page'}
        </ButtonLink>
      )}
    </Group>
  );
}
