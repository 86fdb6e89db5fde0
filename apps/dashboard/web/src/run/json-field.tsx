import { JsonInput } from '@mantine/core';
import type { FieldProps } from '@rjsf/utils';
import { useEffect, useState } from 'react';
import { readJson, writeJson } from '../json-text.ts';

/** What the form around hears of a field that holds no JSON. */
export type FormContext = { onBroken: (id: string, isBroken: boolean) => void };

/** A part of the arguments that may be anything: typed as JSON. */
export function JsonField({
  fieldPathId,
  formData,
  schema,
  name,
  required,
  rawErrors,
  onChange,
  registry,
}: FieldProps) {
  const { onBroken } = registry.formContext as FormContext;
  const id = fieldPathId.$id;
  const [text, setText] = useState(() => (formData === undefined ? '' : writeJson(formData)));
  const [fault, setFault] = useState<string>();

  useEffect(() => () => onBroken(id, false), [id, onBroken]);

  const change = (typed: string) => {
    setText(typed);
    const read = typed.trim() === '' ? { value: undefined } : readJson(typed);
    const broken = 'fault' in read ? read.fault : undefined;
    setFault(broken);
    onBroken(id, broken !== undefined);
    if ('value' in read) onChange(read.value, fieldPathId.path);
  };

  return (
    <JsonInput
      id={id}
      label={labelOf(schema.title, name, fieldPathId.path.at(-1))}
      description={schema.description ?? 'Any value, as JSON: a text stands in double quotes.'}
      required={required === true}
      autosize
      minRows={1}
      maxRows={14}
      classNames={{ input: 'mono' }}
      value={text}
      error={fault ?? (rawErrors?.join('\n') || undefined)}
      onChange={change}
    />
  );
}

/** Items of a list have no name but their place. */
function labelOf(title: string | undefined, name: string, place: string | number | undefined): string {
  if (typeof place === 'number' && !title) return `Item ${place + 1}`;
  return title || name;
}
