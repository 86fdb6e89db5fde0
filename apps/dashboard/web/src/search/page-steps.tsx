import { useQuery } from '@tanstack/react-query';
import { linkOptions } from '@tanstack/react-router';
import { useState } from 'react';
import { executionsQuery, pageRows, tasksQuery } from '../cluster.ts';
import { filterKey, type LedgerSearch } from './ledger-search.ts';
import { newerThan, saidNewer } from './newer.ts';
import { Steps } from './steps.tsx';

type Props = { path: '/tasks' | '/executions'; search: LedgerSearch; nextCursor: string | null };

/** Older ones, and back to the newest, with how many came there since it was seen. */
export function PageSteps({ path, search, nextCursor }: Props) {
  const Newer = path === '/tasks' ? NewerTasks : NewerExecutions;
  return (
    <Steps
      cursor={search.cursor}
      // Words are looked for further on in their own way.
      nextCursor={search.q === undefined ? nextCursor : null}
      link={(cursor) => linkOptions({ to: path, search: { ...search, cursor } })}
      first={
        <>
          Newest
          {search.q === undefined && <Newer key={filterKey(search)} {...search} />}
        </>
      }
      next="Older"
    />
  );
}

const firstPage = (search: LedgerSearch): LedgerSearch => ({ ...search, cursor: undefined });
/** Nobody waits for it. */
const refetchInterval = 10_000;
/** Another page's rows say nothing of this one. */
const nothing = () => undefined;

function NewerTasks(search: LedgerSearch) {
  const { data } = useQuery({ ...tasksQuery(firstPage(search)), placeholderData: nothing, refetchInterval });
  return <NewerRows rows={data?.items} />;
}

function NewerExecutions(search: LedgerSearch) {
  const { data } = useQuery({ ...executionsQuery(firstPage(search)), placeholderData: nothing, refetchInterval });
  return <NewerRows rows={data?.items} />;
}

type Rows = Parameters<typeof newerThan>[0];

function NewerRows({ rows }: { rows: Rows | undefined }) {
  const [seen, setSeen] = useState<Rows>();
  if (rows === undefined) return null;
  if (seen === undefined) {
    setSeen(rows);
    return null;
  }
  const newer = newerThan(seen, rows);
  return newer > 0 && <> · {saidNewer(newer, pageRows)}</>;
}
