import { limits } from '@drover/core';
import { Button, Group, Stack, Text, TextInput } from '@mantine/core';
import { IconDownload, IconHandStop } from '@tabler/icons-react';
import { useMutation } from '@tanstack/react-query';
import { useState } from 'react';
import { cluster } from '../../cluster.ts';
import { Notice } from '../../notice.tsx';
import { Page } from '../../page.tsx';
import { ProblemNotice } from '../../problem.tsx';
import { saveFile } from '../../save-file.ts';
import { ImportReportPart } from '../../schedules/import/import-report.tsx';
import { Section } from '../../section.tsx';
import { useMay } from '../../session/session.ts';
import { JobImportForm } from './import-form.tsx';
import { type FileFormat, useJobImport } from './use-job-import.ts';

/** Jobs from a file, checked before they are there; and as a file. */
export function ImportJobsPage() {
  const isAdmin = useMay('admin');
  return (
    <Page title="Import and export jobs" subtitle="As files, JSON or YAML: all of them, or those of a module.">
      <Stack gap="md">
        <ExportSection />
        {isAdmin ? (
          <Importing />
        ) : (
          <Notice tone="amber" role="note" icon={IconHandStop} title="Your key may not import">
            Importing needs the scope admin. Exporting does not.
          </Notice>
        )}
      </Stack>
    </Page>
  );
}

function Importing() {
  const importing = useJobImport();
  const { report, checkError } = importing;
  return (
    <>
      <Section title="Import">
        <JobImportForm importing={importing} />
      </Section>
      {checkError !== null && <ProblemNotice error={checkError} />}
      {report !== undefined && <ImportReportPart report={report} importing={importing} what="job" />}
    </>
  );
}

const mediaTypes: Record<FileFormat, string> = { json: 'application/json', yaml: 'application/yaml' };

function ExportSection() {
  const [module, setModule] = useState('');
  const said = module.trim();
  const { mutate, isPending, variables, error } = useMutation({
    mutationFn: async (format: FileFormat) => {
      const text = await cluster.jobs.export(format, said === '' ? {} : { module: said });
      const day = new Date().toISOString().slice(0, 10);
      saveFile(`jobs${said === '' ? '' : `-${said}`}-${day}.${format}`, mediaTypes[format], text);
    },
  });
  return (
    <Section title="Export">
      <Stack gap="sm">
        <Text size="sm">What each job is, with its lines. Its runs stay here. An import takes the file as it is.</Text>
        <Group gap="sm" align="end">
          <TextInput
            label="Only of module"
            placeholder="All"
            autoComplete="off"
            maxLength={limits.identityLength}
            value={module}
            onChange={(event) => setModule(event.currentTarget.value)}
          />
          {(['json', 'yaml'] as const).map((format) => (
            <Button
              key={format}
              variant="default"
              leftSection={<IconDownload size={16} aria-hidden />}
              loading={isPending && variables === format}
              onClick={() => mutate(format)}
            >
              Export as {format.toUpperCase()}
            </Button>
          ))}
        </Group>
        {error !== null && <ProblemNotice error={error} />}
      </Stack>
    </Section>
  );
}
