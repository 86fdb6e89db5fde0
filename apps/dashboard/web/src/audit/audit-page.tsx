import { EmptyState, Stack, Text } from '@mantine/core';
import { IconHistory, IconListSearch } from '@tabler/icons-react';
import { keepPreviousData, queryOptions, useQuery } from '@tanstack/react-query';
import { getRouteApi, linkOptions } from '@tanstack/react-router';
import { cluster } from '../cluster.ts';
import { Page } from '../page.tsx';
import { QueryPart } from '../query-part.tsx';
import { isNarrowed } from '../search/address.ts';
import { Steps } from '../search/steps.tsx';
import { Section } from '../section.tsx';
import { useIsClusterWide } from '../session/session.ts';
import { useIsWide } from '../wide-table.tsx';
import { AuditCards } from './audit-cards.tsx';
import { AuditFilters } from './audit-filters.tsx';
import type { AuditPageSearch } from './audit-search.ts';
import { AuditTable } from './audit-table.tsx';

const route = getRouteApi('/inside/audit');
const pageSize = 25;

const auditQuery = (search: AuditPageSearch) =>
  queryOptions({
    queryKey: ['audit', search],
    queryFn: ({ signal }) => cluster.audit.list({ ...search, limit: pageSize }, { signal }),
    // What is further back does not change any more.
    refetchInterval: search.cursor === undefined ? 5_000 : false,
    placeholderData: keepPreviousData,
  });

/** Who changed what, when, from where, and what came of it. */
export function AuditPage() {
  const search = route.useSearch();
  const query = useQuery(auditQuery(search));
  const isClusterWide = useIsClusterWide();
  const isWide = useIsWide();
  const whose = isClusterWide ? 'a person or key' : 'a key of your company';
  return (
    <Page title="Audit" subtitle={`Every change by ${whose}, made or refused, of the last year. Newest first.`}>
      <Stack gap="md">
        <AuditFilters />
        <Section title="Changes" isFlush>
          <QueryPart query={query}>
            {({ items, nextCursor }) => (
              <div aria-busy={query.isPlaceholderData} style={{ opacity: query.isPlaceholderData ? 0.6 : 1 }}>
                {items.length === 0 && <NoChanges search={search} hasMore={nextCursor !== null} />}
                {items.length > 0 && (isWide ? <AuditTable entries={items} /> : <AuditCards entries={items} />)}
                {items.length > 0 && items.length < pageSize && nextCursor !== null && (
                  <Text size="sm" c="dimmed" px="1.1rem" pt="sm">
                    These are the ones that fit among those looked through so far; further back there are more to look
                    through.
                  </Text>
                )}
                <Steps
                  label="Pages of changes"
                  cursor={search.cursor}
                  nextCursor={nextCursor}
                  link={(cursor) => linkOptions({ to: '/audit', search: { ...search, cursor } })}
                  first="First page"
                  next={items.length < pageSize ? 'Look further back' : 'Next page'}
                />
              </div>
            )}
          </QueryPart>
        </Section>
      </Stack>
    </Page>
  );
}

function NoChanges({ search, hasMore }: { search: AuditPageSearch; hasMore: boolean }) {
  if (hasMore) {
    return (
      <EmptyState
        p="xl"
        icon={<IconListSearch aria-hidden />}
        title="None so far"
        description="No change that was looked through fits. Further back there are more to look through."
      />
    );
  }
  if (search.cursor !== undefined) {
    return (
      <EmptyState
        p="xl"
        icon={<IconHistory aria-hidden />}
        title="No more changes"
        description="This was the last page."
      />
    );
  }
  return isNarrowed(search) ? (
    <EmptyState
      p="xl"
      icon={<IconListSearch aria-hidden />}
      title="No change fits"
      description="Nobody did this, or it is more than a year ago. Fewer filters may show more."
    />
  ) : (
    <EmptyState
      p="xl"
      icon={<IconHistory aria-hidden />}
      title="Nobody has changed anything yet"
      description="Whatever a person or key changes will stand here: with who, when and from where."
    />
  );
}
