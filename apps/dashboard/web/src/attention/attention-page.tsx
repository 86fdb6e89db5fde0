import { Stack } from '@mantine/core';
import { IconInbox, IconStack2, type TablerIcon } from '@tabler/icons-react';
import { getRouteApi, Link } from '@tanstack/react-router';
import { Page } from '../page.tsx';
import classes from '../search/tabs.module.css';
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
            <Tab label="Inbox" icon={IconInbox} to={undefined} isChosen={tab === undefined} />
            <Tab label="Groups of failures" icon={IconStack2} to="failures" isChosen={tab === 'failures'} />
          </ul>
        </nav>
        {tab === 'failures' ? <FailureGroups /> : <Inbox />}
      </Stack>
    </Page>
  );
}

type TabProps = { label: string; icon: TablerIcon; to: 'failures' | undefined; isChosen: boolean };

function Tab({ label, icon: Icon, to, isChosen }: TabProps) {
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
        <Icon size={16} aria-hidden />
        {label}
      </Link>
    </li>
  );
}
