import type { Task } from '@drover/core';
import { EmptyState, Group } from '@mantine/core';
import { useMediaQuery } from '@mantine/hooks';
import { IconArrowLeft, IconArrowRight, IconChevronsLeft, IconHandStop, IconMoodSmile } from '@tabler/icons-react';
import { useQuery } from '@tanstack/react-query';
import { getRouteApi, Link } from '@tanstack/react-router';
import { useEffect, useRef } from 'react';
import { Moment } from '../moment.tsx';
import { ButtonLink } from '../page-link.tsx';
import { QueryPart } from '../query-part.tsx';
import { Section } from '../section.tsx';
import classes from './attention.module.css';
import { inboxQuery } from './attention-queries.ts';
import { neighbourOf } from './attention-search.ts';
import { OpenTask } from './open-task.tsx';

const route = getRouteApi('/inside/attention');

/** The tasks that wait for a person, and the one that is open: beside the list where there is room, else instead of it. */
export function Inbox() {
  const { task, cursor } = route.useSearch();
  const navigate = route.useNavigate();
  const query = useQuery(inboxQuery(cursor));
  const isWide = useMediaQuery('(min-width: 75em)', true, { getInitialValueInEffect: false });
  const ids = query.data?.items.map(({ id }) => id) ?? [];
  const moveOn = (from: string) =>
    void navigate({ search: (before) => ({ ...before, task: neighbourOf(ids, from) }), resetScroll: false });
  const list = (
    <QueryPart query={query}>
      {({ items, nextCursor }) =>
        items.length === 0 && nextCursor === null && cursor === undefined ? (
          <NothingToDo />
        ) : (
          <InboxList tasks={items} chosen={task} cursor={cursor} nextCursor={nextCursor} />
        )
      }
    </QueryPart>
  );
  if (task === undefined && ids.length === 0) return list;
  return (
    <div className={classes.columns}>
      {(isWide || task === undefined) && <div>{list}</div>}
      {task === undefined ? isWide && <NothingChosen /> : <Opened id={task} isAlone={!isWide} onLeave={moveOn} />}
    </div>
  );
}

/** Takes the focus with every task that comes here after the first, so that screen readers follow. */
function Opened({ id, isAlone, onLeave }: { id: string; isAlone: boolean; onLeave: (id: string) => void }) {
  const ref = useRef<HTMLDivElement>(null);
  const shown = useRef(id);
  useEffect(() => {
    if (shown.current !== id) ref.current?.focus();
    shown.current = id;
  }, [id]);
  return (
    <div ref={ref} tabIndex={-1} className={classes.opened}>
      {isAlone && (
        <ButtonLink
          to="/attention"
          search={(before) => ({ ...before, task: undefined })}
          variant="subtle"
          size="compact-sm"
          mb="sm"
          leftSection={<IconArrowLeft size={15} aria-hidden />}
        >
          All in the inbox
        </ButtonLink>
      )}
      <OpenTask key={id} id={id} onLeave={() => onLeave(id)} />
    </div>
  );
}

type ListProps = { tasks: Task[]; chosen: string | undefined; cursor: string | undefined; nextCursor: string | null };

function InboxList({ tasks, chosen, cursor, nextCursor }: ListProps) {
  return (
    <Section title="To decide" isFlush>
      <ul className={classes.inbox} aria-label="Tasks that need attention">
        {tasks.map((task) => (
          <li key={task.id}>
            <InboxItem task={task} isChosen={task.id === chosen} />
          </li>
        ))}
      </ul>
      {(cursor !== undefined || nextCursor !== null) && (
        <Group component="nav" aria-label="Pages of the inbox" justify="space-between" p="sm">
          {cursor === undefined ? (
            <span />
          ) : (
            <ButtonLink
              to="/attention"
              search={{}}
              variant="default"
              size="xs"
              leftSection={<IconChevronsLeft size={15} aria-hidden />}
            >
              First page
            </ButtonLink>
          )}
          {nextCursor !== null && (
            <ButtonLink
              to="/attention"
              search={{ cursor: nextCursor }}
              variant="default"
              size="xs"
              rightSection={<IconArrowRight size={15} aria-hidden />}
            >
              Next page
            </ButtonLink>
          )}
        </Group>
      )}
    </Section>
  );
}

function InboxItem({ task, isChosen }: { task: Task; isChosen: boolean }) {
  return (
    <Link
      to="/attention"
      search={(before) => ({ ...before, task: task.id })}
      resetScroll={false}
      className={classes.item}
      data-chosen={isChosen}
      aria-current={isChosen ? 'true' : undefined}
    >
      <span className={classes.itemHead}>
        <span className={classes.itemName}>{task.name}</span>
        <Moment at={task.createdAt} />
      </span>
      <span className={classes.itemError}>{task.error?.message || 'without a message'}</span>
      <span className={classes.itemFacts}>{[task.queue, task.company].filter(Boolean).join(' · ')}</span>
    </Link>
  );
}

function NothingToDo() {
  return (
    <EmptyState
      p="xl"
      icon={<IconMoodSmile aria-hidden />}
      title="Nothing waits for you"
      description="A task comes here when its data is wrong, so that a person must decide what becomes of it."
    />
  );
}

function NothingChosen() {
  return (
    <EmptyState
      p="xl"
      icon={<IconHandStop aria-hidden />}
      title="Choose a task"
      description="It opens here, with what is wrong and what can be done."
    />
  );
}
