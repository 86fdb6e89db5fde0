import type { FailureGroup } from '@drover/core';
import { Button, EmptyState, Text, TextInput } from '@mantine/core';
import { IconMoodSmile, IconSearch } from '@tabler/icons-react';
import { useQuery } from '@tanstack/react-query';
import { getRouteApi } from '@tanstack/react-router';
import { useState } from 'react';
import { counted, formatCount } from '../count.ts';
import { Moment } from '../moment.tsx';
import { PageLink } from '../page-link.tsx';
import { QueryPart } from '../query-part.tsx';
import { Section } from '../section.tsx';
import { useMay } from '../session/session.ts';
import classes from './attention.module.css';
import { failuresQuery } from './attention-queries.ts';
import { searchGroups } from './group-search.ts';
import { RetryGroup } from './retry-group.tsx';

const route = getRouteApi('/inside/attention');

/** Groups drawn at first, and again with every wish for more. */
const step = 50;

/** What fails in the same way, counted: one cause to find, instead of many tasks to look at. */
export function FailureGroups() {
  const { q = '' } = route.useSearch();
  const navigate = route.useNavigate();
  const query = useQuery(failuresQuery);
  const search = (text: string) =>
    void navigate({
      search: (before) => ({ ...before, q: text === '' ? undefined : text }),
      replace: true,
      resetScroll: false,
    });
  return (
    <QueryPart query={query}>
      {(groups) =>
        groups.length === 0 ? (
          <EmptyState
            p="xl"
            icon={<IconMoodSmile aria-hidden />}
            title="No failures are known"
            description="Failures of the same method, class and message come together here."
          />
        ) : (
          <Section
            title="Failures that look alike"
            isFlush
            aside={
              <TextInput
                type="search"
                size="xs"
                w="min(16rem, 100%)"
                aria-label="Search failures"
                placeholder="Method or message"
                leftSection={<IconSearch size={15} aria-hidden />}
                value={q}
                onChange={(event) => search(event.currentTarget.value)}
              />
            }
          >
            <Found groups={searchGroups(groups, q)} key={q} />
          </Section>
        )
      }
    </QueryPart>
  );
}

function Found({ groups }: { groups: FailureGroup[] }) {
  const [shown, setShown] = useState(step);
  if (groups.length === 0) {
    return (
      <Text size="sm" c="dimmed" p="1.1rem" role="status">
        No failure holds these words.
      </Text>
    );
  }
  return (
    <>
      <ul className={classes.groups} aria-label="Groups of failures">
        {groups.slice(0, shown).map((group) => (
          <li key={group.id} className={classes.group}>
            <Group group={group} />
          </li>
        ))}
      </ul>
      {groups.length > shown && (
        <Button variant="default" size="xs" m="md" onClick={() => setShown(shown + step)}>
          Show more of {counted(groups.length, 'group')}
        </Button>
      )}
    </>
  );
}

function Group({ group }: { group: FailureGroup }) {
  const canOperate = useMay('operate');
  const { id, model, method, name, message, lastMessage, lastTaskId, count, firstAt, lastAt } = group;
  return (
    <>
      <span className={classes.groupHead}>
        <b className={classes.name}>{`${model}.${method}`}</b>
        <span className="numbers">
          <b>{formatCount(count)}</b> {count === 1 ? 'time' : 'times'}
        </span>
      </span>
      <span className={classes.pattern}>
        <b>{name}</b>: {message || 'without a message'}
      </span>
      {lastMessage !== message && lastMessage !== '' && (
        <Text size="sm" lineClamp={2} className={classes.name}>
          Last: {lastMessage}
        </Text>
      )}
      <span className={classes.groupFacts}>
        <span>class {group.class}</span>
        <span>
          first <Moment at={firstAt} />
        </span>
        <span>
          last <Moment at={lastAt} />
        </span>
      </span>
      <span className={classes.groupActions}>
        <PageLink to="/tasks" search={{ failure: id }} size="sm">
          Its tasks
        </PageLink>
        <PageLink to="/tasks/$id" params={{ id: lastTaskId }} size="sm">
          The newest task
        </PageLink>
        {canOperate && <RetryGroup group={group} />}
      </span>
    </>
  );
}
