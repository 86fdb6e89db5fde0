import type { MethodInfo } from '@drover/core';
import { useDisclosure } from '@mantine/hooks';
import type { ReactNode } from 'react';
import { Folded } from '../../folded.tsx';
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
  const isShown = isOpen || folded.some((field) => errorOf(field) !== undefined);
  return (
    <Section title="How it runs">
      <Folded label="More options" isShown={isShown} onToggle={toggle} hint="queue, priority, retries, timeout, tags …">
        <OptionFields
          method={method}
          options={options}
          set={(change) => onChange({ ...options, ...change })}
          errorOf={errorOf}
          expiry={expiry}
          usualName={usualName}
        />
      </Folded>
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
