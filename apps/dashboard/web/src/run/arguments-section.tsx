import type { Fault, MethodInfo } from '@drover/core';
import { SegmentedControl, Stack, Text } from '@mantine/core';
import { notifications } from '@mantine/notifications';
import { type ReactNode, useMemo } from 'react';
import { Section } from '../section.tsx';
import { ArgumentTexts } from './argument-texts.tsx';
import { type Draft, turned } from './draft.ts';
import { argsFormSchemaOf, formSchemaOf, takesNothing } from './form-schema.ts';
import type { FormContext } from './json-field.tsx';
import { SchemaForm } from './schema-form.tsx';

type Props = {
  method: MethodInfo;
  draft: Draft;
  faults: readonly Fault[];
  onChange: (draft: Draft) => void;
  onBroken: FormContext['onBroken'];
  /** What people should know of what they may type. */
  hint?: ReactNode;
};

/** Positional and named arguments, in a form made from the method's schemas, or as JSON. */
export function ArgumentsSection({ method, draft, faults, onChange, onBroken, hint }: Props) {
  const turn = () => {
    const other = turned(method, draft);
    if (other !== undefined) onChange(other);
    else
      notifications.show({
        color: 'red',
        message: 'The form cannot show this: a list and an object of JSON are needed.',
      });
  };
  const hasNothing = takesNothing(method.argsSchema) && takesNothing(method.kwargsSchema);
  const toggle = (
    <SegmentedControl
      size="xs"
      aria-label="Arguments typed in"
      value={draft.mode}
      onChange={turn}
      data={[
        { value: 'form', label: 'Form' },
        { value: 'json', label: 'JSON' },
      ]}
    />
  );
  return (
    <Section title="Arguments" aside={hasNothing ? undefined : toggle}>
      {hasNothing && (
        <Text size="sm" c="dimmed">
          This method takes no arguments.
        </Text>
      )}
      {!hasNothing && draft.mode === 'json' && <ArgumentTexts draft={draft} faults={faults} onChange={onChange} />}
      {!hasNothing && draft.mode === 'form' && (
        <ArgumentForms method={method} draft={draft} faults={faults} onChange={onChange} onBroken={onBroken} />
      )}
      {!hasNothing && hint}
    </Section>
  );
}

type FormProps = Omit<Props, 'draft' | 'hint'> & {
  draft: Extract<Draft, { mode: 'form' }>;
  /** Where a page has several of them: one of its own. */
  id?: string | undefined;
};

export function ArgumentForms({ method, draft, faults, onChange, onBroken, id }: FormProps) {
  const prefixOf = (name: string) => (id === undefined ? name : `${id}-${name}`);
  const argsSchema = useMemo(() => argsFormSchemaOf(method.argsSchema), [method.argsSchema]);
  const kwargsSchema = useMemo(() => formSchemaOf(method.kwargsSchema), [method.kwargsSchema]);
  return (
    <Stack gap="sm">
      {!takesNothing(method.argsSchema) && (
        <SchemaForm
          name="args"
          idPrefix={prefixOf('args')}
          schema={{ title: 'Positional arguments', ...argsSchema }}
          value={draft.args}
          faults={faults}
          onChange={(args) => onChange({ ...draft, args })}
          onBroken={onBroken}
        />
      )}
      {!takesNothing(method.kwargsSchema) && (
        <SchemaForm
          name="kwargs"
          idPrefix={prefixOf('kwargs')}
          schema={{ title: takesNothing(method.argsSchema) ? '' : 'Named arguments', ...kwargsSchema }}
          value={draft.kwargs}
          faults={faults}
          onChange={(kwargs) => onChange({ ...draft, kwargs })}
          onBroken={onBroken}
        />
      )}
    </Stack>
  );
}
