import { TextInput, type TextInputProps } from '@mantine/core';

type Props = Omit<TextInputProps, 'type' | 'value' | 'onChange'> & {
  /** `YYYY-MM-DDTHH:mm:ss` in the person's own zone; null while it is not filled in. */
  value: string | null;
  onChange: (value: string | null) => void;
};

/** A day and a time, by the browser's own picker: it speaks the person's language, and every screen reader knows it. */
export function TimeInput({ value, onChange, step = 1, ...props }: Props) {
  return (
    <TextInput
      {...props}
      type="datetime-local"
      step={step}
      value={value ?? ''}
      onChange={({ currentTarget }) => onChange(currentTarget.value === '' ? null : currentTarget.value)}
    />
  );
}
