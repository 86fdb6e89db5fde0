import { limits } from '@drover/core';
import {
  Autocomplete,
  Button,
  Checkbox,
  FileButton,
  Group,
  Select,
  SimpleGrid,
  Stack,
  Text,
  Textarea,
} from '@mantine/core';
import { IconFileUpload, IconListCheck } from '@tabler/icons-react';
import { useQuery } from '@tanstack/react-query';
import { type DragEvent, useState } from 'react';
import { modelsQuery } from '../../cluster.ts';
import { zonesWith } from '../../zone-select.tsx';
import classes from './import.module.css';
import { formatOfFile, formats, formatWords } from './import-format.ts';
import type { Import } from './use-import.ts';

/** The text, what it is, and how it is to be understood. */
export function ImportForm({ importing }: { importing: Import }) {
  const { draft, set, check, isChecking, isRunning, isTooLarge } = importing;
  const words = formatWords[draft.format];
  const isEmpty = draft.text.trim() === '';
  return (
    <form
      onSubmit={(event) => {
        event.preventDefault();
        if (!isEmpty && !isTooLarge && !isChecking && !isRunning) check();
      }}
    >
      <Stack gap="md">
        <Select
          label="Format"
          description={words.means}
          inputWrapperOrder={['label', 'input', 'description', 'error']}
          allowDeselect={false}
          maw="34rem"
          value={draft.format}
          data={formats.map((format) => ({ value: format, label: formatWords[format].label }))}
          onChange={(format) => format !== null && set({ format })}
        />
        <SourceText importing={importing} />
        <SimpleGrid cols={{ base: 1, sm: 2 }}>
          <Select
            label="Time zone"
            description={words.zone}
            inputWrapperOrder={['label', 'input', 'description', 'error']}
            placeholder="UTC"
            searchable
            clearable
            limit={100}
            clearButtonProps={{ 'aria-label': 'Clear the time zone' }}
            nothingFoundMessage="No such zone"
            value={draft.timeZone === '' ? null : draft.timeZone}
            data={zonesWith(draft.timeZone === '' ? 'UTC' : draft.timeZone)}
            onChange={(timeZone) => set({ timeZone: timeZone ?? '' })}
          />
          {draft.format === 'crontab' && <CrontabFields importing={importing} />}
        </SimpleGrid>
        <Checkbox
          label="Take methods that no worker offers now"
          description="Their arguments are checked when they run."
          checked={draft.unchecked}
          onChange={({ currentTarget }) => set({ unchecked: currentTarget.checked })}
        />
        <Group gap="sm">
          <Button
            type="submit"
            loading={isChecking}
            disabled={isEmpty || isTooLarge || isRunning}
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

/** Typed, pasted, picked or dropped. */
function SourceText({ importing: { draft, set, bytes, isTooLarge } }: { importing: Import }) {
  const [file, setFile] = useState<{ name: string; fault?: string }>();
  const read = async (picked: File | null) => {
    if (picked === null) return;
    if (picked.size > limits.bodyBytes) {
      setFile({ name: picked.name, fault: `${picked.name} is too large: ${sizeWords(picked.size)}` });
      return;
    }
    try {
      const text = new TextDecoder('utf-8', { fatal: true }).decode(await picked.arrayBuffer());
      set({ text, format: formatOfFile(picked.name, text) });
      setFile({ name: picked.name });
    } catch {
      setFile({ name: picked.name, fault: `${picked.name} is no text in UTF-8` });
    }
  };
  const drop = (event: DragEvent) => {
    const dropped = event.dataTransfer.files[0];
    if (dropped === undefined) return;
    event.preventDefault();
    void read(dropped);
  };
  const fault = isTooLarge ? `It is too large: ${sizeWords(bytes)}` : file?.fault;
  return (
    <div>
      <Textarea
        label="Text"
        required
        withAsterisk={false}
        rows={12}
        spellCheck={false}
        autoCapitalize="off"
        autoComplete="off"
        classNames={{ input: `mono ${classes.text}` }}
        placeholder={formatWords[draft.format].example}
        value={draft.text}
        error={fault}
        onDrop={drop}
        onChange={({ currentTarget }) => set({ text: currentTarget.value })}
      />
      <Group gap="sm" mt="xs">
        <FileButton onChange={(picked) => void read(picked)}>
          {(props) => (
            <Button {...props} variant="default" size="xs" leftSection={<IconFileUpload size={14} aria-hidden />}>
              Choose a file
            </Button>
          )}
        </FileButton>
        <Text size="sm" c="dimmed" role="status" className={classes.file}>
          {file !== undefined && file.fault === undefined && draft.text !== ''
            ? `Read from ${file.name}, as ${formatWords[draft.format].label}`
            : `Or drop one onto the text. At most ${sizeOf(limits.bodyBytes)}.`}
        </Text>
      </Group>
    </div>
  );
}

function CrontabFields({ importing: { draft, set } }: { importing: Import }) {
  const { data: models = [] } = useQuery({ ...modelsQuery, refetchInterval: false });
  const methods = models.flatMap(({ methods }) => methods.map(({ model, method }) => `${model}.${method}`));
  return (
    <>
      <Autocomplete
        label="Method for shell commands"
        description="Gets each command as “command”. Left empty, lines that call no method are refused."
        inputWrapperOrder={['label', 'input', 'description', 'error']}
        placeholder="my.shell.run"
        limit={20}
        data={[...new Set(methods)].sort()}
        value={draft.method}
        onChange={(method) => set({ method })}
      />
      <Select
        label="User column"
        description="In /etc/crontab a user stands before each command."
        inputWrapperOrder={['label', 'input', 'description', 'error']}
        allowDeselect={false}
        value={draft.userColumn}
        data={[
          { value: 'auto', label: 'As it looks' },
          { value: 'yes', label: 'Each line has one' },
          { value: 'no', label: 'There is none' },
        ]}
        onChange={(userColumn) => userColumn !== null && set({ userColumn })}
      />
    </>
  );
}

function sizeWords(bytes: number): string {
  return `it has ${sizeOf(bytes)}, and an import takes ${sizeOf(limits.bodyBytes)}. Import it in parts.`;
}

function sizeOf(bytes: number): string {
  return bytes < 1_048_576 ? `${Math.ceil(bytes / 1_024)} KiB` : `${Math.ceil((bytes / 1_048_576) * 10) / 10} MiB`;
}
