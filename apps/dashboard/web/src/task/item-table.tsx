import type { ItemResults, Json } from '@drover/core';
import { Button, Group, SegmentedControl, Table, Text } from '@mantine/core';
import { useState } from 'react';
import { OutcomeBadge } from '../badge.tsx';
import { counted } from '../count.ts';
import { Section } from '../section.tsx';
import { WideTable } from '../wide-table.tsx';

/** Rows drawn at first, and with every click: thousands at once would hold up the page. */
const step = 100;

const columns = [{ name: 'Item' }, { name: 'Outcome' }, { name: 'Result or error' }];

/** The outcome of each item of a batch. */
export function ItemTable({ items }: { items: ItemResults }) {
  const [shown, setShown] = useState<'all' | 'error'>('all');
  const [count, setCount] = useState(step);
  const rows = items.results.filter(({ status }) => shown === 'all' || status === shown);
  const filter = items.errorCount > 0 && items.successCount > 0 && (
    <SegmentedControl
      size="xs"
      aria-label="Items shown"
      value={shown}
      onChange={(value) => setShown(value === 'error' ? 'error' : 'all')}
      data={[
        { value: 'all', label: 'All' },
        { value: 'error', label: 'Failed only' },
      ]}
    />
  );
  return (
    <Section title="Item results" aside={filter} isFlush>
      <Text size="sm" c="dimmed" px="1.1rem" className="numbers">
        {counted(items.processed, 'item')}: {items.successCount} succeeded, {items.errorCount} failed
      </Text>
      <WideTable label="Item results" minWidth={420} columns={columns}>
        {rows.slice(0, count).map((item, index) => (
          // biome-ignore lint/suspicious/noArrayIndexKey: ids of items need not be unique, and rows never move.
          <Table.Tr key={index}>
            <Table.Th scope="row" className="mono">
              {short(item.id)}
            </Table.Th>
            <Table.Td>
              <OutcomeBadge outcome={item.status} />
            </Table.Td>
            <Table.Td
              style={{ overflowWrap: 'anywhere' }}
              className={item.status === 'success' ? 'mono' : ''}
              c={item.status === 'error' ? 'var(--mantine-color-error)' : 'inherit'}
            >
              {item.status === 'error' ? (item.error ?? 'without a message') : short(item.result)}
            </Table.Td>
          </Table.Tr>
        ))}
      </WideTable>
      {rows.length > count && (
        <Group p="md">
          <Button size="xs" variant="default" onClick={() => setCount(count + step)}>
            Show more: {counted(rows.length - count, 'item')} left
          </Button>
        </Group>
      )}
    </Section>
  );
}

function short(value: Json | undefined): string {
  if (value === undefined || value === null) return '–';
  const text = typeof value === 'string' ? value : JSON.stringify(value);
  return text.length > 300 ? `${text.slice(0, 300)}…` : text;
}
