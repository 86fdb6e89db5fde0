import { Group } from '@mantine/core';
import { IconArrowRight, IconChevronsLeft } from '@tabler/icons-react';
import { useQuery } from '@tanstack/react-query';
import { useState } from 'react';
import { executionsQuery, pageRows, tasksQuery } from '../cluster.ts';
import { ButtonLink } from '../page-link.tsx';
import { filterKey, type LedgerSearch } from './ledger-search.ts';
import { newerThan, saidNewer } from './newer.ts';
import type { LedgerPath } from './tabs.tsx';

type Props = { path: LedgerPath; search: LedgerSearch; nextCursor: string | null };

/** Older ones, and back to the newest. The browser's own Back goes one page back. */
export function PageSteps({ path, search, nextCursor }: Props) {
  const hasNewer = search.cursor !== undefined;
  // Words are looked for further on in their own way.
  const hasOlder = nextCursor !== null && search.q === undefined;
  if (!hasNewer && !hasOlder) return null;
  return (
    <Group component="nav" aria-label="Pages" justify="space-between" p="md" pt="sm">
      {hasNewer ? <Newest key={filterKey(search)} path={path} search={search} /> : <span />}
      {hasOlder && (
        <ButtonLink
          to={path}
          search={{ ...search, cursor: nextCursor }}
          variant="default"
          size="xs"
          rightSection={<IconArrowRight size={15} aria-hidden />}
        >
          Older
        </ButtonLink>
      )}
    </Group>
  );
}

/** The way back to the first page, and how many came there since it was seen. */
function Newest({ path, search }: { path: LedgerPath; search: LedgerSearch }) {
  return (
    <ButtonLink
      to={path}
      search={firstPage(search)}
      variant="default"
      size="xs"
      leftSection={<IconChevronsLeft size={15} aria-hidden />}
    >
      Newest
      {search.q === undefined && (path === '/tasks' ? <NewerTasks {...search} /> : <NewerExecutions {...search} />)}
    </ButtonLink>
  );
}

const firstPage = (search: LedgerSearch): LedgerSearch => ({ ...search, cursor: undefined });
/** Nobody waits for it. */
const refetchInterval = 10_000;
/** Another page's rows say nothing of this one. */
const nothing = () => undefined;

function NewerTasks(search: LedgerSearch) {
  const { data } = useQuery({ ...tasksQuery(firstPage(search)), placeholderData: nothing, refetchInterval });
  return <Newer rows={data?.items} />;
}

function NewerExecutions(search: LedgerSearch) {
  const { data } = useQuery({ ...executionsQuery(firstPage(search)), placeholderData: nothing, refetchInterval });
  return <Newer rows={data?.items} />;
}

type Rows = Parameters<typeof newerThan>[0];

function Newer({ rows }: { rows: Rows | undefined }) {
  const [seen, setSeen] = useState<Rows>();
  if (rows === undefined) return null;
  if (seen === undefined) {
    setSeen(rows);
    return null;
  }
  const newer = newerThan(seen, rows);
  return newer > 0 && <> · {saidNewer(newer, pageRows)}</>;
}
