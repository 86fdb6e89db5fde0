import { Stack } from '@mantine/core';
import { getRouteApi, Link } from '@tanstack/react-router';
import { Page } from '../page.tsx';
import classes from './attention.module.css';
import { FailureGroups } from './failure-groups.tsx';
import { Inbox } from './inbox.tsx';

const route = getRouteApi('/inside/attention');

/** What people must decide, and what fails again and again. */
export function AttentionPage() {
  const { tab } = route.useSearch();
  return (
    <Page title={tab === 'failures' ? 'Groups of failures' : 'Attention'} heading="Attention">
      <Stack gap="md">
        <nav aria-label="Attention">
          <ul className={classes.tabs}>
            <Tab label="Inbox" to={undefined} isChosen={tab === undefined} />
            <Tab label="Groups of failures" to="failures" isChosen={tab === 'failures'} />
          </ul>
        </nav>
        {tab === 'failures' ? <FailureGroups /> : <Inbox />}
      </Stack>
    </Page>
  );
}

function Tab({ label, to, isChosen }: { label: string; to: 'failures' | undefined; isChosen: boolean }) {
  return (
    <li>
      <Link
        to="/attention"
        search={{ tab: to }}
        className={classes.tab}
        activeOptions={{ exact: true, includeSearch: true }}
        data-chosen={isChosen}
        aria-current={isChosen ? 'page' : undefined}
      >
        {label}
      </Link>
    </li>
  );
}
