import type { Fault, MethodInfo } from '@drover/core';
import { Group, SegmentedControl, Text } from '@mantine/core';
import { notifications } from '@mantine/notifications';
import { type FocusEvent, useRef, useState } from 'react';
import { ArgumentTexts } from '../../run/argument-texts.tsx';
import { ArgumentForms } from '../../run/arguments-section.tsx';
import { type Draft, turned } from '../../run/draft.ts';
import { takesNothing } from '../../run/form-schema.ts';
import type { FormContext } from '../../run/json-field.tsx';
import type { Expression } from './expressions.ts';
import classes from './form.module.css';
import { InsertMenu } from './insert-menu.tsx';
import { insertInto, isTextField, type TextField } from './text-field.ts';

type Props = {
  /** Of its own on the page. */
  id: string;
  title: string;
  /** As the form shows it. */
  method: MethodInfo;
  draft: Draft;
  /** Their pointers stand in these arguments: `/kwargs/x`. */
  faults: readonly Fault[];
  expressions: readonly Expression[];
  /** It has no positional ones. */
  isNamedOnly?: boolean;
  onChange: (draft: Draft) => void;
  onBroken: FormContext['onBroken'];
};

/** What a method is given, in a form made from its schemas or as JSON, with a menu of expressions. */
export function LineArguments(props: Props) {
  const { id, title, method, draft, faults, expressions, isNamedOnly = false, onChange, onBroken } = props;
  const field = useRef<TextField>(null);
  const [target, setTarget] = useState('');
  const hasNothing = takesNothing(method.argsSchema) && takesNothing(method.kwargsSchema);
  if (hasNothing && draft.mode === 'form') {
    return (
      <Text size="sm" c="dimmed">
        This method takes no {isNamedOnly ? 'parameters' : 'arguments'}.
      </Text>
    );
  }
  const turn = () => {
    const other = turned(method, draft);
    if (other !== undefined) onChange(other);
    else notifications.show({ color: 'red', message: 'The form cannot show this: it is not the JSON that is needed.' });
  };
  const remember = ({ target: focused }: FocusEvent) => {
    if (!isTextField(focused)) return;
    field.current = focused;
    setTarget(focused.labels?.[0]?.textContent?.replace(/\s*\*$/, '') ?? '');
  };
  return (
    // biome-ignore lint/a11y/useSemanticElements: a fieldset cannot have its buttons beside its name.
    <div role="group" aria-label={title} className={classes.arguments} onFocus={remember}>
      <Group justify="space-between" gap="xs">
        <Text size="sm" fw={600} aria-hidden>
          {title}
        </Text>
        <Group gap="xs">
          <InsertMenu
            expressions={expressions}
            target={target}
            onInsert={(written) => field.current?.isConnected === true && insertInto(field.current, written)}
          />
          <SegmentedControl
            size="xs"
            aria-label={`${title} typed in`}
            value={draft.mode}
            onChange={turn}
            data={[
              { value: 'form', label: 'Form' },
              { value: 'json', label: 'JSON' },
            ]}
          />
        </Group>
      </Group>
      <div>
        {draft.mode === 'json' ? (
          <ArgumentTexts draft={draft} faults={faults} onChange={onChange} isNamedOnly={isNamedOnly} />
        ) : (
          <ArgumentForms
            id={id}
            method={method}
            draft={draft}
            faults={faults}
            onChange={onChange}
            onBroken={onBroken}
          />
        )}
      </div>
    </div>
  );
}
