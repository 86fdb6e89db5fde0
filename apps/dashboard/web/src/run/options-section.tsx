import type { Fault, MethodInfo } from '@drover/core';
import { Button, Collapse, Stack, Text } from '@mantine/core';
import { useDisclosure } from '@mantine/hooks';
import { IconChevronDown, IconChevronRight } from '@tabler/icons-react';
import { useId } from 'react';
import { messageOf } from '../fault.ts';
import { Section } from '../section.tsx';
import { OptionFields } from './option-fields.tsx';
import type { RunOptions } from './run-request.ts';
import { TimeFields } from './time-fields.tsx';

type Props = {
  method: MethodInfo;
  options: RunOptions;
  faults: readonly Fault[];
  onChange: (options: RunOptions) => void;
};

export type OptionProps = Omit<Props, 'faults'> & {
  set: (change: Partial<RunOptions>) => void;
  errorOf: (field: string) => string | undefined;
};

/** When and how it runs. Rarely needed things stay folded away until they are, or are at fault. */
export function OptionsSection({ method, options, faults, onChange }: Props) {
  const [isOpen, { toggle }] = useDisclosure(false);
  const id = useId();
  const errorOf = (field: string) => messageOf(faults, field);
  const isShown = isOpen || folded.some((field) => errorOf(field) !== undefined);
  const Icon = isShown ? IconChevronDown : IconChevronRight;
  const props = {
    method,
    options,
    onChange,
    errorOf,
    set: (change: Partial<RunOptions>) => onChange({ ...options, ...change }),
  };
  return (
    <Section title="When and how">
      <Stack gap="md">
        <TimeFields {...props} />
        <div>
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
            <OptionFields {...props} />
          </Collapse>
        </div>
      </Stack>
    </Section>
  );
}

const folded = ['name', 'queue', 'priority', 'maxRetries', 'timeoutSeconds', 'tags', 'user', 'company', 'expiresAt'];
