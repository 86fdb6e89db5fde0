import { Button, Group, Stack, Text } from '@mantine/core';
import { IconDownload } from '@tabler/icons-react';
import { useMutation } from '@tanstack/react-query';
import { cluster } from '../../cluster.ts';
import { ProblemNotice } from '../../problem.tsx';
import { saveFile } from '../../save-file.ts';
import { Section } from '../../section.tsx';

const mediaTypes = { json: 'application/json', yaml: 'application/yaml' } as const;
type Format = keyof typeof mediaTypes;

/** The schedules as a file, to keep or to take elsewhere. */
export function ExportSection() {
  const { mutate, isPending, variables, error } = useMutation({
    mutationFn: async (format: Format) => {
      const text = await cluster.schedules.export(format);
      const day = new Date().toISOString().slice(0, 10);
      saveFile(`schedules-${day}.${format}`, mediaTypes[format], text);
    },
  });
  const save = (format: Format, label: string) => (
    <Button
      variant="default"
      leftSection={<IconDownload size={16} aria-hidden />}
      loading={isPending && variables === format}
      onClick={() => mutate(format)}
    >
      {label}
    </Button>
  );
  return (
    <Section title="Export">
      <Stack gap="sm">
        <Text size="sm">
          All schedules that you can see, as they are defined: their rules, policies and tasks with their arguments.
          What became of them stays here. An import takes the file as it is.
        </Text>
        <Group gap="xs">
          {save('json', 'Export as JSON')}
          {save('yaml', 'Export as YAML')}
        </Group>
        {error !== null && <ProblemNotice error={error} />}
      </Stack>
    </Section>
  );
}
