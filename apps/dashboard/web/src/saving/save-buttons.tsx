import { Button, Group } from '@mantine/core';
import { IconDeviceFloppy } from '@tabler/icons-react';
import type { LinkProps } from '@tanstack/react-router';
import { ButtonLink } from '../page-link.tsx';
import { useMay } from '../session/session.ts';

type Props = {
  what: 'job' | 'schedule';
  isNew: boolean;
  isPending: boolean;
  /** Where people come from. */
  back: Pick<LinkProps, 'to' | 'params'>;
};

export function SaveButtons({ what, isNew, isPending, back }: Props) {
  const isAdmin = useMay('admin');
  return (
    <Group>
      <Button
        type="submit"
        size="md"
        loading={isPending}
        disabled={!isAdmin}
        leftSection={<IconDeviceFloppy size={18} aria-hidden />}
      >
        {isNew ? `Make the ${what}` : 'Save'}
      </Button>
      <ButtonLink {...back} size="md" variant="default">
        Not now
      </ButtonLink>
      {!isAdmin && <span>Your key may not change {what}s: that takes the scope “admin”.</span>}
    </Group>
  );
}
