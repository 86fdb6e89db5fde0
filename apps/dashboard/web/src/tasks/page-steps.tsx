import { Group } from '@mantine/core';
import { IconArrowRight, IconChevronsLeft } from '@tabler/icons-react';
import { getRouteApi } from '@tanstack/react-router';
import { ButtonLink } from '../page-link.tsx';

const route = getRouteApi('/inside/tasks');

/** Older tasks, and back to the newest. The browser's own Back goes one page back. */
export function PageSteps({ hasPrevious, nextCursor }: { hasPrevious: boolean; nextCursor: string | null }) {
  const search = route.useSearch();
  if (!hasPrevious && nextCursor === null) return null;
  return (
    <Group component="nav" aria-label="Pages of tasks" justify="space-between" p="md" pt="sm">
      {hasPrevious ? (
        <ButtonLink
          to="/tasks"
          search={{ ...search, cursor: undefined }}
          variant="default"
          size="xs"
          leftSection={<IconChevronsLeft size={15} aria-hidden />}
        >
          First page
        </ButtonLink>
      ) : (
        <span />
      )}
      {nextCursor !== null && (
        <ButtonLink
          to="/tasks"
          search={{ ...search, cursor: nextCursor }}
          variant="default"
          size="xs"
          rightSection={<IconArrowRight size={15} aria-hidden />}
        >
          Next page
        </ButtonLink>
      )}
    </Group>
  );
}
