import { Group } from '@mantine/core';
import { IconArrowRight, IconChevronsLeft } from '@tabler/icons-react';
import type { LinkProps } from '@tanstack/react-router';
import type { ReactNode } from 'react';
import { ButtonLink } from '../page-link.tsx';

type Props = {
  /** Default: `Pages`. */
  label?: string;
  /** Of this page: none is the first one. */
  cursor: string | undefined;
  nextCursor: string | null;
  /** The page that begins at a cursor; without one, the first. */
  link: (cursor: string | undefined) => Pick<LinkProps, 'to' | 'search'>;
  first: ReactNode;
  next: string;
};

/** Further pages, and back to the first. The browser's own Back goes one page back. */
export function Steps({ label = 'Pages', cursor, nextCursor, link, first, next }: Props) {
  if (cursor === undefined && nextCursor === null) return null;
  const look = { variant: 'default', size: 'xs' } as const;
  return (
    <Group component="nav" aria-label={label} justify="space-between" p="md" pt="sm">
      {cursor === undefined ? (
        <span />
      ) : (
        <ButtonLink {...link(undefined)} {...look} leftSection={<IconChevronsLeft size={15} aria-hidden />}>
          {first}
        </ButtonLink>
      )}
      {nextCursor !== null && (
        <ButtonLink {...link(nextCursor)} {...look} rightSection={<IconArrowRight size={15} aria-hidden />}>
          {next}
        </ButtonLink>
      )}
    </Group>
  );
}
