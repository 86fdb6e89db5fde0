import type { AuditEntry } from '@drover/core';
import { ActionIcon, Table } from '@mantine/core';
import { useDisclosure } from '@mantine/hooks';
import { IconChevronDown, IconChevronRight } from '@tabler/icons-react';
import { useId } from 'react';
import { Moment } from '../moment.tsx';
import { WideTable } from '../wide-table.tsx';
import classes from './audit.module.css';
import { Details, Outcome, What, Who } from './audit-entry.tsx';
import { actionWords } from './audit-words.ts';

const columns = [
  { name: 'What' },
  { name: 'Who' },
  { name: 'From' },
  { name: 'Outcome' },
  { name: 'When', isNumber: true },
  { name: 'Details', isHidden: true },
];

export function AuditTable({ entries }: { entries: AuditEntry[] }) {
  return (
    <WideTable label="Changes" minWidth={760} columns={columns}>
      {entries.map((entry) => (
        <Rows key={entry.id} entry={entry} />
      ))}
    </WideTable>
  );
}

/** A change, and beneath it, when somebody asks, all of it. */
function Rows({ entry }: { entry: AuditEntry }) {
  const [isShown, { toggle }] = useDisclosure(false);
  const id = useId();
  const Icon = isShown ? IconChevronDown : IconChevronRight;
  return (
    <>
      <Table.Tr>
        <Table.Th scope="row" className={classes.name}>
          <What entry={entry} />
        </Table.Th>
        <Table.Td>
          <Who entry={entry} />
        </Table.Td>
        <Table.Td className={classes.wrap}>
          <span className="mono">{entry.from}</span>
        </Table.Td>
        <Table.Td>
          <Outcome entry={entry} />
        </Table.Td>
        <Table.Td ta="right" className={classes.line}>
          <Moment at={entry.at} />
        </Table.Td>
        <Table.Td ta="right">
          <ActionIcon
            variant="subtle"
            color="gray"
            onClick={toggle}
            aria-expanded={isShown}
            aria-controls={isShown ? id : undefined}
            aria-label={`Details of: ${actionWords(entry.action)} ${entry.target ?? ''}`.trim()}
          >
            <Icon size={18} aria-hidden />
          </ActionIcon>
        </Table.Td>
      </Table.Tr>
      {isShown && (
        <Table.Tr id={id} className={classes.opened}>
          <Table.Td colSpan={columns.length}>
            <Details entry={entry} />
          </Table.Td>
        </Table.Tr>
      )}
    </>
  );
}
