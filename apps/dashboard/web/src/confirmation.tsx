import { Button, Group, Modal, Stack, Text } from '@mantine/core';
import type { ReactNode } from 'react';
import { ProblemNotice } from './problem.tsx';

type Props = {
  title: string;
  /** The word on the button that does it. */
  confirm: string;
  isOpen: boolean;
  isPending: boolean;
  /** Why it was refused, when it was. */
  error: unknown;
  /** For what cannot be taken back. */
  isDangerous?: boolean;
  onConfirm: () => void;
  onClose: () => void;
  /** What follows from it. */
  children: ReactNode;
};

/** Asks before something is done, and shows why it was not. */
export function Confirmation(props: Props) {
  const { title, confirm, isOpen, isPending, error, isDangerous = false, onConfirm, onClose, children } = props;
  return (
    <Modal opened={isOpen} onClose={onClose} title={title}>
      <Stack gap="md">
        {typeof children === 'string' ? <Text size="sm">{children}</Text> : children}
        {error !== null && error !== undefined && <ProblemNotice error={error} />}
        <Group justify="flex-end" gap="xs">
          <Button variant="default" onClick={onClose}>
            Not now
          </Button>
          <Button color={isDangerous ? 'red.9' : 'meadow'} loading={isPending} onClick={onConfirm} data-autofocus>
            {confirm}
          </Button>
        </Group>
      </Stack>
    </Modal>
  );
}
