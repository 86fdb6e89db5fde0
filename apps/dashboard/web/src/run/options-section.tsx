import type { Fault, MethodInfo } from '@drover/core';
import { Stack } from '@mantine/core';
import { useDisclosure } from '@mantine/hooks';
import { messageOf } from '../fault.ts';
import { Folded } from '../folded.tsx';
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
  const errorOf = (field: string) => messageOf(faults, field);
  const isShown = isOpen || folded.some((field) => errorOf(field) !== undefined);
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
          <Folded
            label="More options"
            isShown={isShown}
            onToggle={toggle}
            hint="queue, priority, retries, timeout, tags …"
          >
            <OptionFields {...props} />
          </Folded>
        </div>
      </Stack>
    </Section>
  );
}

const folded = ['name', 'queue', 'priority', 'maxRetries', 'timeoutSeconds', 'tags', 'user', 'company', 'expiresAt'];
