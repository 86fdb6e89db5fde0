import type { ImportReport } from '@drover/core';
import { Button, EmptyState, Group, Stack, Text } from '@mantine/core';
import { IconEdit, IconFileImport, IconFileOff } from '@tabler/icons-react';
import { useEffect, useRef, useState } from 'react';
import { Confirmation } from '../../confirmation.tsx';
import { counted, formatCount } from '../../count.ts';
import { Notice } from '../../notice.tsx';
import { ButtonLink } from '../../page-link.tsx';
import { Section } from '../../section.tsx';
import { useIsWide } from '../../wide-table.tsx';
import classes from './import.module.css';
import { type Imported, type ImportResult, importResults, reportWords, resultLook } from './import-looks.ts';
import { ImportCards, ImportTable } from './import-rows.tsx';
import type { Import } from './use-import.ts';

/** Rows that are shown at first, and with every further step. */
const rowsAtOnce = 100;

type Importing = Pick<Import, 'isStale' | 'isRunning' | 'run' | 'runError'>;
type Props = { report: ImportReport; importing: Importing; what?: Imported };

/** What an import would do, with the button that does it; then what it did. Takes the focus whenever it is a new one. */
export function ImportReportPart({ report, importing, what = 'schedule' }: Props) {
  const { dryRun, items } = report;
  const ref = useRef<HTMLParagraphElement>(null);
  // biome-ignore lint/correctness/useExhaustiveDependencies: it is the new report that takes the focus
  useEffect(() => ref.current?.focus(), [report]);
  return (
    <Section title={dryRun ? 'What it would do' : 'What was done'} isFlush>
      <Stack gap="sm" px="1.1rem" pb="md">
        <Text size="sm" ref={ref} tabIndex={-1} className={classes.words}>
          {reportWords(report, what)}
        </Text>
        {dryRun ? <Start report={report} importing={importing} what={what} /> : <Done what={what} />}
      </Stack>
      {items.length === 0 ? (
        <EmptyState
          p="xl"
          icon={<IconFileOff aria-hidden />}
          title="Nothing to import"
          description={`No ${what} stands in this text.`}
        />
      ) : (
        <Rows key={`${dryRun} ${items.length}`} report={report} what={what} />
      )}
    </Section>
  );
}

function Start({ report, importing, what }: Required<Props>) {
  const [isAsked, setIsAsked] = useState(false);
  const { isStale, isRunning, run, runError } = importing;
  const { created, updated, refused } = report;
  const count = created + updated;
  if (isStale) {
    return (
      <Notice tone="amber" role="status" icon={IconEdit}>
        <Text size="sm" c="var(--mantine-color-text)">
          Something was changed since: check again before you import it.
        </Text>
      </Notice>
    );
  }
  if (count === 0) return null;
  return (
    <>
      <Group>
        <Button leftSection={<IconFileImport size={16} aria-hidden />} onClick={() => setIsAsked(true)}>
          Import {counted(count, what)}
        </Button>
      </Group>
      <Confirmation
        title={`Import ${counted(count, what)}?`}
        confirm={`Import ${counted(count, what)}`}
        isOpen={isAsked}
        isPending={isRunning}
        error={runError}
        onConfirm={run}
        onClose={() => setIsAsked(false)}
      >
        <Text size="sm">
          {created > 0 &&
            `${counted(created, `new ${what}`)} will ${what === 'job' ? 'be there' : 'fire'} from now on. `}
          {updated > 0 && `${counted(updated, what)} of the same name will be replaced. `}
          {refused > 0 && `What is refused, ${formatCount(refused)}, is left out.`}
        </Text>
      </Confirmation>
    </>
  );
}

function Done({ what }: { what: Imported }) {
  return (
    <Group>
      <ButtonLink to={what === 'job' ? '/jobs' : '/schedules'} variant="default">
        To all {what}s
      </ButtonLink>
    </Group>
  );
}

function Rows({ report: { dryRun, items }, what }: Pick<Required<Props>, 'report' | 'what'>) {
  const [only, setOnly] = useState<ImportResult>();
  const [shown, setShown] = useState(rowsAtOnce);
  const isWide = useIsWide();
  const List = isWide ? ImportTable : ImportCards;
  const chosen = only === undefined ? items : items.filter(({ result }) => result === only);
  return (
    <>
      <fieldset className={classes.chips}>
        <legend className={classes.unseen}>Show</legend>
        <Chip
          label={`All ${formatCount(items.length)}`}
          isChosen={only === undefined}
          onChoose={() => setOnly(undefined)}
        />
        {importResults.map((result) => {
          const count = items.filter((item) => item.result === result).length;
          if (count === 0) return null;
          const label = `${resultLook(result, dryRun).label} ${formatCount(count)}`;
          return <Chip key={result} label={label} isChosen={only === result} onChoose={() => setOnly(result)} />;
        })}
      </fieldset>
      <List items={chosen.slice(0, shown)} isDry={dryRun} what={what} />
      {chosen.length > shown && (
        <Group p="md" justify="center">
          <Button variant="default" onClick={() => setShown(shown + rowsAtOnce)}>
            Show {formatCount(Math.min(rowsAtOnce, chosen.length - shown))} more of {formatCount(chosen.length)}
          </Button>
        </Group>
      )}
    </>
  );
}

function Chip({ label, isChosen, onChoose }: { label: string; isChosen: boolean; onChoose: () => void }) {
  return (
    <Button
      size="compact-sm"
      variant={isChosen ? 'light' : 'subtle'}
      color={isChosen ? 'meadow' : 'gray'}
      aria-pressed={isChosen}
      onClick={onChoose}
    >
      {label}
    </Button>
  );
}
