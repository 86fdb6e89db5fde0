import { Button, Collapse, Text } from '@mantine/core';
import { IconChevronDown, IconChevronRight } from '@tabler/icons-react';
import { type ReactNode, useId } from 'react';

type Props = {
  label: string;
  isShown: boolean;
  onToggle: () => void;
  /** Beside the button: what there is to see. */
  hint?: string;
  children: ReactNode;
};

/** What is rarely needed: folded away behind a button, but there, so that what is typed into it stays. */
export function Folded({ label, isShown, onToggle, hint, children }: Props) {
  const id = useId();
  const Icon = isShown ? IconChevronDown : IconChevronRight;
  return (
    <>
      <Button
        variant="subtle"
        color="gray"
        size="compact-sm"
        ml={-8}
        c="var(--mantine-color-text)"
        leftSection={<Icon size={15} aria-hidden />}
        aria-expanded={isShown}
        aria-controls={id}
        onClick={onToggle}
      >
        {label}
      </Button>
      {hint !== undefined && (
        <Text span size="sm" c="dimmed" ml="xs">
          {hint}
        </Text>
      )}
      <Collapse expanded={isShown} id={id} keepMountedMode="display-none">
        {children}
      </Collapse>
    </>
  );
}
