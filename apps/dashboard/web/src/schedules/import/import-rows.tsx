import type { ImportItem } from '@drover/core';
import { Table, Text } from '@mantine/core';
import { IconAlertTriangle, IconBan } from '@tabler/icons-react';
import { Badge } from '../../badge.tsx';
import { PageLink } from '../../page-link.tsx';
import { WideTable } from '../../wide-table.tsx';
import classes from './import.module.css';
import { type Imported, resultLook } from './import-looks.ts';

export type RowsProps = { items: ImportItem[]; isDry: boolean; what: Imported };

const columnsOf = (what: Imported) => [
  { name: 'Where' },
  { name: what === 'job' ? 'Job' : 'Schedule' },
  { name: 'Result' },
  { name: 'What to know' },
];

export function ImportTable({ items, isDry, what }: RowsProps) {
  return (
    <WideTable label="What is in it" minWidth={760} columns={columnsOf(what)}>
      {items.map((item) => (
        <Table.Tr key={item.source} className={classes.row}>
          <Table.Td className={classes.source}>{item.source}</Table.Td>
          <Table.Th scope="row" className={classes.name}>
            <Name item={item} what={what} />
          </Table.Th>
          <Table.Td>
            <Badge look={resultLook(item.result, isDry)} />
          </Table.Td>
          <Table.Td className={classes.told}>
            <Told item={item} />
          </Table.Td>
        </Table.Tr>
      ))}
    </WideTable>
  );
}

/** The same as the table, for narrow screens. */
export function ImportCards({ items, isDry, what }: RowsProps) {
  return (
    <ul className={classes.cards} aria-label="What is in it">
      {items.map((item) => (
        <li key={item.source} className={classes.card}>
          <span className={classes.title}>
            <span className={classes.source}>{item.source}</span>
            <Badge look={resultLook(item.result, isDry)} />
          </span>
          <div className={classes.name}>
            <Name item={item} what={what} />
          </div>
          <Told item={item} />
        </li>
      ))}
    </ul>
  );
}

function Name({ item: { id, name, sentence }, what }: { item: ImportItem; what: Imported }) {
  return (
    <>
      {id === undefined ? (
        <b className={classes.wrap}>{name ?? 'Without a name'}</b>
      ) : (
        <PageLink
          to={what === 'job' ? '/jobs/$id' : '/schedules/$id'}
          params={{ id }}
          className={classes.wrap}
          fw={600}
          size="sm"
        >
          {name ?? id}
        </PageLink>
      )}
      {sentence !== undefined && (
        <Text size="sm" c="dimmed" className={classes.sentence}>
          {sentence}
        </Text>
      )}
    </>
  );
}

/** Why it was refused, and what came out otherwise than it stands there. */
function Told({ item: { warnings, faults } }: { item: ImportItem }) {
  if (warnings.length === 0 && faults.length === 0) return null;
  return (
    <ul className={classes.notes}>
      {faults.map(({ pointer, message }) => (
        <li key={`${pointer} ${message}`} data-tone="red">
          <IconBan size={15} role="img" aria-label="Fault" />
          <span>
            {pointer !== '' && <span className={classes.pointer}>{pointer}</span>} {message}
          </span>
        </li>
      ))}
      {warnings.map((warning) => (
        <li key={warning} data-tone="amber">
          <IconAlertTriangle size={15} role="img" aria-label="Warning" />
          <span>{warning}</span>
        </li>
      ))}
    </ul>
  );
}
