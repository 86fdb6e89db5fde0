import type { Statistics } from '@drover/core';
import { Button, Menu } from '@mantine/core';
import { IconChevronDown, IconDownload } from '@tabler/icons-react';
import { saveFile } from '../save-file.ts';
import { daysCsv, groupsCsv } from './csv.ts';
import { type Sort, sortGroups } from './group-order.ts';

/** What is shown, as a file for a spreadsheet: the days, or the groups in their order. */
export function Downloads({ statistics, sort }: { statistics: Statistics; sort: Sort }) {
  const { by, groups } = statistics;
  const save = (what: string, text: string) => {
    const first = statistics.days.at(0)?.date ?? '';
    const last = statistics.days.at(-1)?.date ?? '';
    saveFile(`statistics-${what}-${first}-${last}.csv`, 'text/csv', text);
  };
  return (
    <Menu position="bottom-end">
      <Menu.Target>
        <Button
          variant="default"
          leftSection={<IconDownload size={16} aria-hidden />}
          rightSection={<IconChevronDown size={14} aria-hidden />}
        >
          Download CSV
        </Button>
      </Menu.Target>
      <Menu.Dropdown>
        <Menu.Item onClick={() => save('by-day', daysCsv(statistics))}>Figures by day</Menu.Item>
        {by !== undefined && groups !== undefined && (
          <Menu.Item onClick={() => save(`by-${by}`, groupsCsv(by, sortGroups(groups, sort)))}>
            Figures by {by}
          </Menu.Item>
        )}
      </Menu.Dropdown>
    </Menu>
  );
}
