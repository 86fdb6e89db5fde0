import { EmptyState, Stack, Text } from '@mantine/core';
import { useMediaQuery } from '@mantine/hooks';
import { IconHistory, IconListSearch } from '@tabler/icons-react';
import { keepPreviousData, queryOptions, useQuery } from '@tanstack/react-query';
import { getRouteApi } from '@tanstack/react-router';
import { cluster } from '../cluster.ts';
import { Page } from '../page.tsx';
import { QueryPart } from '../query-part.tsx';
import { Section } from '../section.tsx';
import { useIsClusterWide } from '../session/session.ts';
import { AuditCards } from './audit-cards.tsx';
import { AuditFilters } from './audit-filters.tsx';
import { type AuditPageSearch, isNarrowed } from './audit-search.ts';
import { AuditSteps } from './audit-steps.tsx';
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
  const isWide = useMediaQuery('(min-width: 62em)', true, { getInitialValueInEffect: false });
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
                <AuditSteps
                  hasPrevious={search.cursor !== undefined}
                  nextCursor={nextCursor}
                  isShort={items.length < pageSize}
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
