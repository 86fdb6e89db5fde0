import { Stack } from '@mantine/core';
import { IconHandStop } from '@tabler/icons-react';
import { Notice } from '../../notice.tsx';
import { Page } from '../../page.tsx';
import { ProblemNotice } from '../../problem.tsx';
import { Section } from '../../section.tsx';
import { useMay } from '../../session/session.ts';
import { ExportSection } from './export-section.tsx';
import { ImportForm } from './import-form.tsx';
import { ImportReportPart } from './import-report.tsx';
import { useImport } from './use-import.ts';

/** Schedules from a file, checked before they are there; and as a file. */
export function ImportPage() {
  const isAdmin = useMay('admin');
  return (
    <Page
      title="Import schedules"
      subtitle="From Drover’s own files, from a crontab, or from the bg.task table of an old system."
    >
      <Stack gap="md">
        {isAdmin ? (
          <Importing />
        ) : (
          <Notice tone="amber" role="note" icon={IconHandStop} title="Your key may not import">
            Importing needs the scope admin. Exporting does not.
          </Notice>
        )}
        <ExportSection />
      </Stack>
    </Page>
  );
}

function Importing() {
  const importing = useImport();
  const { report, checkError } = importing;
  return (
    <>
      <Section title="What to import">
        <ImportForm importing={importing} />
      </Section>
      {checkError !== null && <ProblemNotice error={checkError} />}
      {report !== undefined && <ImportReportPart report={report} importing={importing} />}
    </>
  );
}
