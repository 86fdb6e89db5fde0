import type { Fire, Schedule } from '@drover/core';
import { Text } from '@mantine/core';
import { Badge, TaskBadge } from '../badge.tsx';
import { counted } from '../count.ts';
import { isJobStatus, statusLooks } from '../jobs/job-looks.ts';
import { JobName } from '../jobs/job-name.tsx';
import { Moment, useNow } from '../moment.tsx';
import { Nothing } from '../nothing.tsx';
import { PageLink } from '../page-link.tsx';
import {
  driftLook,
  failuresLook,
  ownerLooks,
  ownerWords,
  ranJobLook,
  resultLooks,
  scheduleLooks,
  undeclaredLook,
} from './schedule-looks.ts';
import classes from './schedules.module.css';

/** So much later than its time, ms, people ask what is wrong. */
const overdueMs = 60_000;

export function ScheduleLink({ schedule }: { schedule: Schedule }) {
  return (
    <PageLink to="/schedules/$id" params={{ id: schedule.id }} size="sm" fw={600} className={classes.wrap}>
      {schedule.name}
    </PageLink>
  );
}

/** When it fires, and what it runs. */
export function ScheduleNote({ schedule: { sentence, task, job } }: { schedule: Schedule }) {
  return (
    <>
      <Text size="sm" className={classes.sentence}>
        {sentence}
      </Text>
      <Text size="xs" c="dimmed" className={classes.wrap}>
        {job === undefined ? `${task.model}.${task.method}` : <JobName id={job} className={classes.job} />}
      </Text>
    </>
  );
}

/** Its state, and what else people should see at a glance. */
export function ScheduleBadges({ schedule }: { schedule: Schedule }) {
  const { state, failuresInARow, drift, isUndeclared } = schedule;
  return (
    <span className={classes.badges}>
      <Badge look={scheduleLooks[state]} />
      {failuresInARow > 0 && <Badge look={failuresLook(failuresInARow)} />}
      {drift !== undefined && !drift.isAdopted && <Badge look={driftLook} />}
      {isUndeclared === true && <Badge look={undeclaredLook} />}
    </span>
  );
}

/** Until when it is paused, and why. */
export function PauseNote({ schedule: { state, pause } }: { schedule: Schedule }) {
  if (state !== 'paused' || pause === undefined) return null;
  return (
    <Text size="xs" c="dimmed" className={classes.pauseNote}>
      {pause.until !== undefined && (
        <span>
          until <Moment at={pause.until} isAbsolute />
        </span>
      )}
      {pause.note !== undefined && pause.note !== '' && <span className={classes.clamp}>{pause.note}</span>}
    </Text>
  );
}

/** When it fired last, and what became of it. */
export function LastFire({ fire }: { fire: Fire | undefined }) {
  if (fire === undefined) return <Nothing />;
  return (
    <span className={classes.last}>
      <span>
        <Moment at={fire.until ?? fire.at} />
        {fire.count > 1 && (
          <Text span size="xs" c="dimmed" className={classes.line}>
            {' '}
            {fire.isAtLeast === true && 'at least '}
            {counted(fire.count, 'fire')}
          </Text>
        )}
      </span>
      <FireOutcome fire={fire} />
    </span>
  );
}

/** What came of a fire: how its task or its run of a job is, or why there is none. A task that is still known is a link. */
export function FireOutcome({ fire: { result, task, run, at } }: { fire: Fire }) {
  if (run !== undefined) {
    return (
      <PageLink to="/job-results/$id" params={{ id: run.id }} underline="never" className={classes.outcome}>
        <Badge look={isJobStatus(run.status) ? statusLooks[run.status] : ranJobLook} />
        <span className={classes.unseen}>: the run of {at}</span>
      </PageLink>
    );
  }
  if (task?.state === undefined) return <Badge look={resultLooks[result]} />;
  return (
    <PageLink to="/tasks/$id" params={{ id: task.id }} underline="never" className={classes.outcome}>
      <TaskBadge state={task.state} outcome={task.outcome} />
      <span className={classes.unseen}>: the task of {at}</span>
    </PageLink>
  );
}

export function NextFire({ schedule: { nextFireAt, state } }: { schedule: Schedule }) {
  const now = useNow();
  if (nextFireAt === null) return <Nothing />;
  const sinceMs = now - Date.parse(nextFireAt);
  if (state !== 'active') {
    return (
      <Text span c="dimmed" inherit>
        <Moment at={nextFireAt} />
      </Text>
    );
  }
  // What is due is told by the next answer.
  if (sinceMs > 0 && sinceMs <= overdueMs) return 'now';
  return (
    <span className={sinceMs > 0 ? classes.overdue : undefined}>
      {sinceMs > 0 && 'due '}
      <Moment at={nextFireAt} />
    </span>
  );
}

const minutes = new Intl.DateTimeFormat('en-GB', { dateStyle: 'medium', timeStyle: 'short' });
/** What comes sooner, ms, is said well enough by how long it takes. */
const soonMs = 3_600_000;

/** The same as a time of the person who reads it, where it is further away. */
export function NextTime({ schedule: { nextFireAt } }: { schedule: Schedule }) {
  const now = useNow();
  if (nextFireAt === null || Date.parse(nextFireAt) - now < soonMs) return null;
  return (
    <Text size="xs" c="dimmed" className="numbers">
      {minutes.format(new Date(nextFireAt))}
    </Text>
  );
}

export function Owner({ owner }: { owner: Schedule['owner'] }) {
  const { label, icon: Icon } = ownerLooks[owner.kind];
  return (
    <span className={classes.owner} title={ownerWords(owner)}>
      <Icon size={15} aria-hidden />
      <span className={classes.unseen}>{label} </span>
      <span className={classes.ownerName}>{owner.kind === 'system' ? 'Drover' : owner.name}</span>
    </span>
  );
}
