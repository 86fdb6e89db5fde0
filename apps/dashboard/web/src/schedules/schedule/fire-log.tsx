import type { Fire, Schedule } from '@drover/core';
import { EmptyState } from '@mantine/core';
import { IconArrowRight, IconCalendarTime, IconChevronsLeft } from '@tabler/icons-react';
import { useQuery } from '@tanstack/react-query';
import { getRouteApi } from '@tanstack/react-router';
import { formatDuration } from '../../duration.ts';
import { Moment } from '../../moment.tsx';
import { ButtonLink, PageLink } from '../../page-link.tsx';
import { QueryPart } from '../../query-part.tsx';
import { Section } from '../../section.tsx';
import { Told } from '../../task/told.tsx';
import { LocalTime } from '../next-fires.tsx';
import { FireOutcome } from '../schedule-facts.tsx';
import { kindWords } from '../schedule-looks.ts';
import { firesQuery } from '../schedule-queries.ts';
import { zonedOf } from '../zoned-time.ts';
import { fireCount, rangeOf } from './fire-words.ts';
import classes from './schedule-page.module.css';

const route = getRouteApi('/inside/schedules/$id');

/** So late, seconds, a fire is worth a look. */
const veryLate = 5;

/** Every fire and what came of it, those that made no task too, with their reason. Newest first. */
export function FireLog({ schedule }: { schedule: Schedule }) {
  const { id, timeZone } = schedule;
  const { cursor } = route.useSearch();
  const query = useQuery(firesQuery(id, cursor));
  return (
    <Section
      title="Fire log"
      aside={
        <PageLink to="/tasks" search={{ schedule: id }} size="sm">
          All tasks of this schedule
        </PageLink>
      }
      isFlush
    >
      <QueryPart query={query}>
        {({ items, nextCursor }) => (
          <div className={query.isPlaceholderData ? classes.former : undefined} aria-busy={query.isPlaceholderData}>
            {items.length === 0 && <NoFires isFirst={cursor === undefined} />}
            <ol className={classes.log} aria-label="Fires">
              {items.map((fire) => (
                <Line key={fire.number} fire={fire} timeZone={timeZone} />
              ))}
            </ol>
            <Steps id={id} cursor={cursor} nextCursor={nextCursor} />
          </div>
        )}
      </QueryPart>
    </Section>
  );
}

function Line({ fire, timeZone }: { fire: Fire; timeZone: string }) {
  const { kind, by, reason, lateSeconds, firedAt } = fire;
  const asked = kindWords[kind];
  return (
    <li className={classes.fire}>
      <span className={classes.when}>
        <When fire={fire} timeZone={timeZone} />
        <span className={classes.aside}>
          <Moment at={firedAt} />
          {asked !== undefined && `, ${asked}`}
          {by !== undefined && ` by ${by.name}`}
        </span>
      </span>
      <span className={classes.what}>
        <FireOutcome fire={fire} />
        {fire.task !== undefined && fire.task.state === undefined && (
          <span className={classes.aside}>its task is not kept any more</span>
        )}
        {reason !== undefined && reason !== '' && (
          <span className={classes.reason}>
            <Reason reason={reason} />
          </span>
        )}
      </span>
      {lateSeconds !== undefined && (
        <span className={classes.late} data-very={lateSeconds >= veryLate}>
          {formatDuration(lateSeconds)} late
        </span>
      )}
    </li>
  );
}

const taskId = /(tsk_[A-Za-z0-9_-]+)/;

/** Why there is no task, or a late one. A task that it names is a link. */
function Reason({ reason }: { reason: string }) {
  return reason.split(taskId).map((part, index) =>
    // Every second part is an id.
    index % 2 === 0 ? (
      // biome-ignore lint/suspicious/noArrayIndexKey: a sentence that changes is another one.
      <Told key={index} sentence={part} />
    ) : (
      <PageLink key={part} to="/tasks/$id" params={{ id: part }} size="sm" underline="always" title={part}>
        the task
      </PageLink>
    ),
  );
}

function When({ fire, timeZone }: { fire: Fire; timeZone: string }) {
  if (fire.count === 1) return <LocalTime local={zonedOf(fire.at, timeZone)} />;
  const range = rangeOf(fire, timeZone);
  return (
    <span>
      <b>{fireCount(fire)}</b>, {range[0]} <span className={classes.line}>{range[1]}</span>
    </span>
  );
}

function NoFires({ isFirst }: { isFirst: boolean }) {
  return (
    <EmptyState
      p="lg"
      size="sm"
      icon={<IconCalendarTime aria-hidden />}
      title={isFirst ? 'It has not fired yet' : 'No older fires are kept'}
      description={
        isFirst ? 'Each fire will stand here, with what came of it; also those that make no task.' : undefined
      }
    />
  );
}

function Steps({ id, cursor, nextCursor }: { id: string; cursor: string | undefined; nextCursor: string | null }) {
  if (cursor === undefined && nextCursor === null) return null;
  const look = { variant: 'default', size: 'xs', to: '/schedules/$id', params: { id }, resetScroll: false } as const;
  return (
    <nav aria-label="Pages of fires" className={classes.steps}>
      {cursor === undefined ? (
        <span />
      ) : (
        <ButtonLink {...look} search={{}} leftSection={<IconChevronsLeft size={15} aria-hidden />}>
          Newest
        </ButtonLink>
      )}
      {nextCursor !== null && (
        <ButtonLink {...look} search={{ cursor: nextCursor }} rightSection={<IconArrowRight size={15} aria-hidden />}>
          Older
        </ButtonLink>
      )}
    </nav>
  );
}
