import { limits } from '@drover/core';
import { Textarea, TextInput } from '@mantine/core';

type Named = { name: string; description: string };

type Props = {
  draft: Named;
  set: (change: Partial<Named>) => void;
  errorOf: (pointer: string) => string | undefined;
};

/** What a thing is called, and what it is for. */
export function NameFields({ draft, set, errorOf }: Props) {
  return (
    <>
      <TextInput
        label="Name"
        required
        maxLength={limits.nameLength}
        value={draft.name}
        error={errorOf('/name')}
        onChange={(event) => set({ name: event.currentTarget.value })}
      />
      <Textarea
        label="Description"
        description="What it is for. May be left out."
        inputWrapperOrder={['label', 'input', 'description', 'error']}
        autosize
        minRows={1}
        maxRows={6}
        maxLength={limits.commentLength}
        value={draft.description}
        error={errorOf('/description')}
        onChange={(event) => set({ description: event.currentTarget.value })}
      />
    </>
  );
}
