import { limits } from '@drover/core';
import { Button, Checkbox, FileButton, Group, SegmentedControl, Stack, Text, Textarea, TextInput } from '@mantine/core';
import { IconFileUpload, IconListCheck } from '@tabler/icons-react';
import { useState } from 'react';
import { type FileFormat, fileFormatOf, type JobImport } from './use-job-import.ts';

/** The text, what it is, and which of its jobs are taken. */
export function JobImportForm({ importing }: { importing: JobImport }) {
  const { draft, set, check, isChecking, isRunning, isTooLarge } = importing;
  const [fault, setFault] = useState<string>();
  const isReady = draft.text.trim() !== '' && !isTooLarge && !isRunning;
  const read = async (picked: File | null) => {
    if (picked === null) return;
    try {
      const text = new TextDecoder('utf-8', { fatal: true }).decode(await picked.arrayBuffer());
      set({ text, format: fileFormatOf(picked.name, text) });
      setFault(undefined);
    } catch {
      setFault(`${picked.name} is not text in UTF-8`);
    }
  };
  return (
    <form
      onSubmit={(event) => {
        event.preventDefault();
        if (isReady && !isChecking) check();
      }}
    >
      <Stack gap="md">
        <Group gap="sm">
          <SegmentedControl
            aria-label="Format"
            value={draft.format}
            data={[
              { value: 'json', label: 'JSON' },
              { value: 'yaml', label: 'YAML' },
            ]}
            onChange={(format) => set({ format: format as FileFormat })}
          />
          <FileButton accept=".json,.yaml,.yml,application/json,application/yaml" onChange={(file) => void read(file)}>
            {(props) => (
              <Button {...props} variant="default" leftSection={<IconFileUpload size={16} aria-hidden />}>
                Choose a file
              </Button>
            )}
          </FileButton>
        </Group>
        <Textarea
          label="Jobs"
          description="What an export writes. A job of the same name is replaced, the others stay."
          autosize
          minRows={8}
          maxRows={24}
          spellCheck={false}
          classNames={{ input: 'mono' }}
          value={draft.text}
          error={isTooLarge ? `Too large: an import takes ${limits.bodyBytes} bytes` : fault}
          onChange={({ currentTarget }) => set({ text: currentTarget.value })}
        />
        <Group gap="lg" align="end">
          <TextInput
            label="Take only module"
            placeholder="All"
            autoComplete="off"
            maxLength={limits.identityLength}
            value={draft.module}
            onChange={(event) => set({ module: event.currentTarget.value })}
          />
          <Checkbox
            label="Take methods that no worker offers now"
            description="Their arguments are checked when they run."
            checked={draft.unchecked}
            onChange={({ currentTarget }) => set({ unchecked: currentTarget.checked })}
          />
        </Group>
        <Group gap="sm">
          <Button
            type="submit"
            loading={isChecking}
            disabled={!isReady}
            leftSection={<IconListCheck size={16} aria-hidden />}
          >
            Check
          </Button>
          <Text size="sm" c="dimmed">
            A check changes nothing: it tells what an import would do.
          </Text>
        </Group>
      </Stack>
    </form>
  );
}
