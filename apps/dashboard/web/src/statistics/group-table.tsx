import type { GroupFigures, Statistics, StatisticsGrouping } from '@drover/core';
import { EmptyState, Table, Text } from '@mantine/core';
import { IconInbox } from '@tabler/icons-react';
import { getRouteApi } from '@tanstack/react-router';
import { Fragment } from 'react';
import { counted, formatCount } from '../count.ts';
import { PageLink } from '../page-link.tsx';
import { Section } from '../section.tsx';
import { formatShare } from '../share.ts';
import { WideTable } from '../wide-table.tsx';
import { columnOf, nextSort, type SortableColumn, sortGroups, usualSort } from './group-order.ts';
import { formatSeconds } from './seconds.ts';
import { Sparkline } from './sparkline.tsx';
import classes from './statistics.module.css';

const route = getRouteApi('/inside/statistics');

const headings: Record<StatisticsGrouping, { title: string; name: string }> = {
  method: { title: 'By method', name: 'Method' },
  queue: { title: 'By queue', name: 'Queue' },
  company: { title: 'By company', name: 'Company' },
};

const figureColumns: { column: SortableColumn; name: string }[] = [
  { column: 'total', name: 'Ended' },
  { column: 'completed', name: 'Completed' },
  { column: 'failed', name: 'Failed' },
  { column: 'rate', name: 'Failure rate' },
  { column: 'averageSeconds', name: 'Average' },
  { column: 'p95Seconds', name: 'p95' },
  { column: 'waitP95Seconds', name: 'Wait p95' },
];

/** Who did it: a line for each method, queue or company, each leading to its tasks. */
export function GroupTable({ statistics }: { statistics: Statistics }) {
  const { sort = usualSort } = route.useSearch();
  const navigate = route.useNavigate();
  const { by = 'method', groups = [], omittedGroups = 0 } = statistics;
  const { title, name } = headings[by];
  const header = (column: SortableColumn, label: string) => ({
    name: label,
    isNumber: column !== 'key',
    sorted: columnOf(sort) !== column ? undefined : sort === column ? ('ascending' as const) : ('descending' as const),
    onSort: () => {
      const next = nextSort(sort, column);
      void navigate({
        search: (before) => ({ ...before, sort: next === usualSort ? undefined : next }),
        replace: true,
        resetScroll: false,
      });
    },
  });
  return (
    <Section title={title} isFlush>
      {groups.length === 0 ? (
        <EmptyState p="lg" size="sm" icon={<IconInbox aria-hidden />} title="Nothing to group in these days" />
      ) : (
        <WideTable
          label={title}
          minWidth={940}
          columns={[
            header('key', name),
            ...figureColumns.map(({ column, name: label }) => header(column, label)),
            { name: 'By day' },
          ]}
        >
          {sortGroups(groups, sort).map((group) => (
            <GroupRow key={group.key} by={by} group={group} />
          ))}
        </WideTable>
      )}
      {omittedGroups > 0 && (
        <Text size="sm" c="dimmed" px="1.1rem" py="sm">
          {counted(omittedGroups, 'smaller group')} left out.
        </Text>
      )}
    </Section>
  );
}

function GroupRow({ by, group }: { by: StatisticsGrouping; group: GroupFigures }) {
  const { key, total, completed, failed } = group;
  return (
    <Table.Tr>
      <Table.Th scope="row" className={classes.key}>
        <PageLink to="/tasks" search={{ [by]: key }} size="sm" fw={600}>
          {by === 'method' ? breakable(key) : key}
        </PageLink>
      </Table.Th>
      <Table.Td className={classes.figure}>{formatCount(total)}</Table.Td>
      <Table.Td className={classes.figure}>{formatCount(completed)}</Table.Td>
      <Table.Td className={classes.figure}>
        {failed === 0 ? (
          '0'
        ) : (
          <PageLink
            to="/tasks"
            search={{ [by]: key, state: 'error' }}
            size="sm"
            c="var(--tone-red-fg)"
            aria-label={`${formatCount(failed)} failed of ${key}`}
          >
            {formatCount(failed)}
          </PageLink>
        )}
      </Table.Td>
      <Table.Td className={classes.figure}>{formatShare(failed, completed + failed)}</Table.Td>
      <Table.Td className={classes.figure}>{formatSeconds(group.averageSeconds)}</Table.Td>
      <Table.Td className={classes.figure}>{formatSeconds(group.p95Seconds)}</Table.Td>
      <Table.Td className={classes.figure}>{formatSeconds(group.waitP95Seconds)}</Table.Td>
      <Table.Td className={classes.byDay}>
        <Sparkline days={group.days} />
      </Table.Td>
    </Table.Tr>
  );
}

/** A method's full name may go on in a new line after each of its dots. */
function breakable(name: string) {
  return name.split('.').map((part, index) => (
    // biome-ignore lint/suspicious/noArrayIndexKey: the parts of a name never change their places.
    <Fragment key={index}>
      {index > 0 && (
        <>
          .<wbr />
        </>
      )}
      {part}
    </Fragment>
  ));
}
