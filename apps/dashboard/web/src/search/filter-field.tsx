import { Autocomplete, CloseButton, type ComboboxData, TextInput } from '@mantine/core';
import type { TablerIcon } from '@tabler/icons-react';
import { type KeyboardEvent, useState } from 'react';
import { useDraft } from './use-draft.ts';

type Props = {
  label: string;
  value: string;
  placeholder?: string;
  icon?: TablerIcon;
  error?: string | undefined;
  /** What it can be completed to. Any other text is as good. */
  options?: ComboboxData;
  maxLength: number;
  onChange: (value: string) => void;
};

/** Suggestions drawn at once: a catalogue may hold thousands of methods. */
const suggestionsMax = 100;

/** A filter as text: it counts with Enter, with a chosen suggestion, and when the field is left. */
export function FilterField({ label, value, placeholder, icon: Icon, error, options, maxLength, onChange }: Props) {
  const { text, write, commit } = useDraft(value, onChange);
  const [isOpen, setIsOpen] = useState(false);
  const field = {
    label,
    size: 'xs' as const,
    placeholder,
    maxLength,
    value: text,
    error,
    leftSection: Icon === undefined ? undefined : <Icon size={15} aria-hidden />,
    rightSection: text !== '' && (
      <CloseButton size="xs" aria-label={`Clear: ${label.toLowerCase()}`} onClick={() => commit('')} />
    ),
    onBlur: () => commit(),
    onKeyDown: (event: KeyboardEvent<HTMLInputElement>) => {
      if (event.key !== 'Enter' || isSuggestionChosen(event.currentTarget)) return;
      setIsOpen(false);
      commit();
    },
  };
  if (options === undefined)
    return <TextInput {...field} onChange={({ currentTarget }) => write(currentTarget.value)} />;
  return (
    <Autocomplete
      {...field}
      data={options}
      limit={suggestionsMax}
      maxDropdownHeight={260}
      dropdownOpened={isOpen}
      onDropdownOpen={() => setIsOpen(true)}
      onDropdownClose={() => setIsOpen(false)}
      onChange={write}
      onOptionSubmit={commit}
    />
  );
}

/** Whether the arrow keys stand on a suggestion: Enter takes that then, and not the text. */
function isSuggestionChosen(field: HTMLInputElement): boolean {
  const list = document.getElementById(field.getAttribute('aria-controls') ?? '');
  return list?.querySelector('[data-combobox-selected]') != null;
}
