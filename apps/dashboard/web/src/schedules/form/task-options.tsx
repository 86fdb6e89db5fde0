import type { MethodInfo } from '@drover/core';
import { Button, Collapse, Text } from '@mantine/core';
import { useDisclosure } from '@mantine/hooks';
import { IconChevronDown, IconChevronRight } from '@tabler/icons-react';
import { type ReactNode, useId } from 'react';
import { OptionFields } from '../../run/option-fields.tsx';
import { defaultOptions, type RunOptions } from '../../run/run-request.ts';
import { Section } from '../../section.tsx';

type Props = {
  method: MethodInfo;
  options: RunOptions;
  errorOf: (field: string) => string | undefined;
  onChange: (options: RunOptions) => void;
  /** The field that says when it expires. */
  expiry: ReactNode;
  /** What the tasks are called when nothing is said. */
  usualName: string | undefined;
};

/** How the tasks are run. Folded away until something differs from what the method says, or is at fault. */
export function TaskOptions({ method, options, errorOf, onChange, expiry, usualName }: Props) {
  const [isOpen, { toggle }] = useDisclosure(differs(options));
  const id = useId();
  const isShown = isOpen || folded.some((field) => errorOf(field) !== undefined);
  const Icon = isShown ? IconChevronDown : IconChevronRight;
  return (
    <Section title="How it runs">
      <Button
        variant="subtle"
        color="gray"
        size="compact-sm"
        ml={-8}
        c="var(--mantine-color-text)"
        leftSection={<Icon size={15} aria-hidden />}
        aria-expanded={isShown}
        aria-controls={id}
        onClick={toggle}
      >
        More options
      </Button>
      <Text span size="sm" c="dimmed" ml="xs">
        queue, priority, retries, timeout, tags …
      </Text>
      <Collapse expanded={isShown} id={id} keepMountedMode="display-none">
        <OptionFields
          method={method}
          options={options}
          set={(change) => onChange({ ...options, ...change })}
          errorOf={errorOf}
          expiry={expiry}
          usualName={usualName}
        />
      </Collapse>
    </Section>
  );
}

const folded = [
  'name',
  'queue',
  'priority',
  'maxRetries',
  'timeoutSeconds',
  'tags',
  'user',
  'company',
  'expiresAfterSeconds',
] as const;

function differs(options: RunOptions): boolean {
  return JSON.stringify(options) !== JSON.stringify(defaultOptions);
}
