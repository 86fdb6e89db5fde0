import type { Fault } from '@drover/core';
import { JsonInput, Stack } from '@mantine/core';
import { messageOf } from '../fault.ts';
import type { Draft } from './draft.ts';

type JsonDraft = Extract<Draft, { mode: 'json' }>;
type Props = {
  draft: JsonDraft;
  faults: readonly Fault[];
  onChange: (draft: JsonDraft) => void;
  /** The positional ones are no matter of this form. */
  isNamedOnly?: boolean;
};

/** The arguments as JSON: for what no form can show, and for what is pasted. */
export function ArgumentTexts({ draft, faults, onChange, isNamedOnly = false }: Props) {
  const fields = isNamedOnly ? (['kwargs'] as const) : (['args', 'kwargs'] as const);
  return (
    <Stack gap="md">
      {fields.map((field) => (
        <JsonInput
          key={field}
          label={field === 'args' ? 'Positional arguments' : 'Named arguments'}
          description={field === 'args' ? 'A list: [ … ]' : 'An object: { … }'}
          autosize
          minRows={3}
          maxRows={20}
          classNames={{ input: 'mono' }}
          value={draft[field]}
          error={messageOf(faults, field)}
          onChange={(text) => onChange({ ...draft, [field]: text })}
        />
      ))}
    </Stack>
  );
}
