import { Button, Group, Modal, Stack } from '@mantine/core';
import type { ReactNode } from 'react';
import { ProblemNotice } from './problem.tsx';

type Props = {
  title: string;
  isWide?: boolean;
  saving: { isPending: boolean; error: unknown };
  /** Each fault that the API told stands at its field. */
  areFaultsShown: boolean;
  onSave: () => void;
  onClose: () => void;
  children: ReactNode;
};

/** A few fields that are saved together; shows why they were not. */
export function FormDialog({ title, isWide = false, saving, areFaultsShown, onSave, onClose, children }: Props) {
  return (
    <Modal opened onClose={onClose} title={title} size={isWide ? 'lg' : 'md'}>
      <form
        onSubmit={(event) => {
          event.preventDefault();
          onSave();
        }}
        noValidate
      >
        <Stack gap="md">
          {children}
          {saving.error !== null && <ProblemNotice error={saving.error} skipFaults={areFaultsShown} />}
          <Group justify="flex-end" gap="xs">
            <Button variant="default" onClick={onClose}>
              Not now
            </Button>
            <Button type="submit" loading={saving.isPending}>
              Save
            </Button>
          </Group>
        </Stack>
      </form>
    </Modal>
  );
}
