import { Button } from '@mantine/core';
import { useDisclosure } from '@mantine/hooks';
import { IconChartBar, IconTable } from '@tabler/icons-react';
import type { ReactNode } from 'react';
import { Section } from '../section.tsx';
import classes from './statistics.module.css';

type Props = {
  title: string;
  /** What the picture shows, in a sentence or in its legend: it stands above it, for everybody. */
  summary: ReactNode;
  /** Seen only: screen readers have the summary and the table. */
  picture: ReactNode;
  /** The same figures in full. */
  table: ReactNode;
};

/** A chart, or the table of what it shows. */
export function ChartSection({ title, summary, picture, table }: Props) {
  const [isTable, { toggle }] = useDisclosure(false);
  const Icon = isTable ? IconChartBar : IconTable;
  const aside = (
    <Button
      variant="default"
      size="compact-sm"
      leftSection={<Icon size={15} aria-hidden />}
      aria-label={`${title}: ${isTable ? 'show as a chart' : 'show as a table'}`}
      onClick={toggle}
    >
      {isTable ? 'Chart' : 'Table'}
    </Button>
  );
  return (
    <Section title={title} aside={aside} isFlush={isTable}>
      {isTable ? (
        table
      ) : (
        <>
          <div className={classes.summary}>{summary}</div>
          <div aria-hidden>{picture}</div>
        </>
      )}
    </Section>
  );
}
