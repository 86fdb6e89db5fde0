import { Group } from '@mantine/core';
import { IconArrowRight, IconChevronsLeft } from '@tabler/icons-react';
import { ButtonLink } from '../page-link.tsx';

type Props = {
  hasPrevious: boolean;
  nextCursor: string | null;
  /** There is more to look through, and perhaps nothing that fits. */
  isShort: boolean;
};

/** Older changes, and back to the newest. The browser's own Back goes one page back. */
export function AuditSteps({ hasPrevious, nextCursor, isShort }: Props) {
  if (!hasPrevious && nextCursor === null) return null;
  return (
    <Group component="nav" aria-label="Pages of changes" justify="space-between" p="md" pt="sm">
      {hasPrevious ? (
        <ButtonLink
          from="/audit"
          to="/audit"
          search={(before) => ({ ...before, cursor: undefined })}
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
          from="/audit"
          to="/audit"
          search={(before) => ({ ...before, cursor: nextCursor })}
          variant="default"
          size="xs"
          rightSection={<IconArrowRight size={15} aria-hidden />}
        >
          {isShort ? 'Look further back' : 'Next page'}
        </ButtonLink>
      )}
    </Group>
  );
}
