import type { FlowSummary } from '@drover/core';
import { Progress, Text } from '@mantine/core';
import { IconBan, IconCircleCheck, IconCircleX, type TablerIcon } from '@tabler/icons-react';
import { formatCount } from '../count.ts';
import { formatDuration } from '../duration.ts';
import { useNow } from '../moment.tsx';
import { Nothing } from '../nothing.tsx';
import { PageLink } from '../page-link.tsx';
import { ScheduleName } from '../schedules/schedule-name.tsx';
import type { Tone } from '../state.ts';
import classes from './flows.module.css';

/** The parts of a flow that its list shows, as a table and as cards. */

export function FlowLink({ flow }: { flow: FlowSummary }) {
  return (
    <PageLink to="/flows/$id" params={{ id: flow.id }} size="sm" fw={600} className={classes.wrap}>
      {flow.name}
    </PageLink>
  );
}

/** What made it: a run of a job, a fire of a schedule, or somebody who asked for it. */
export function FlowOrigin({ flow: { job, schedule, user } }: { flow: FlowSummary }) {
  if (job === undefined && schedule === undefined && user === undefined) return null;
  return (
    <Text size="xs" c="dimmed" className={classes.origin}>
      {job !== undefined && <span>Run of a job</span>}
      {schedule !== undefined && (
        <span>
          By schedule <ScheduleName id={schedule} className={classes.link} />
        </span>
      )}
      {user !== undefined && <span>For {user}</span>}
    </Text>
  );
}

const barColors: Record<FlowSummary['state'], string> = {
  running: 'var(--chart-p50)',
  done: 'var(--chart-done)',
  error: 'var(--chart-error)',
  cancelled: 'var(--chart-cancelled)',
};

/** How many of its tasks have ended. */
export function FlowProgress({ flow: { name, state, progress } }: { flow: FlowSummary }) {
  const { ended, total, percent } = progress;
  return (
    <span className={classes.progress}>
      <Progress value={percent} size="sm" color={barColors[state]} aria-label={`Progress of ${name}`} />
      <Text span size="xs" c="dimmed" className="numbers">
        {formatCount(ended)} of {formatCount(total)}
      </Text>
    </span>
  );
}

/** How those that have ended did; what there is none of is left out. */
export function FlowCounts({ flow: { counts } }: { flow: FlowSummary }) {
  const { done, error, cancelled } = counts;
  if (done + error + cancelled === 0) return <Nothing />;
  return (
    <span className={classes.counts}>
      <Count count={done} word="done" tone="green" icon={IconCircleCheck} />
      <Count count={error} word="in error" tone="red" icon={IconCircleX} />
      <Count count={cancelled} word="cancelled" tone="grey" icon={IconBan} />
    </span>
  );
}

function Count({ count, word, tone, icon: Icon }: { count: number; word: string; tone: Tone; icon: TablerIcon }) {
  if (count === 0) return null;
  return (
    <span className={classes.count} style={{ color: `var(--tone-${tone}-fg)` }} title={`${count} ${word}`}>
      <Icon size={15} aria-hidden />
      {formatCount(count)}
      <span className={classes.unseen}> {word}</span>
    </span>
  );
}

/** From when it was created to its end, or to now. */
export function FlowDuration({ flow: { createdAt, finishedAt } }: { flow: FlowSummary }) {
  const now = useNow();
  const endMs = finishedAt === undefined ? now : Date.parse(finishedAt);
  return <span className="numbers">{formatDuration(Math.max(0, endMs - Date.parse(createdAt)) / 1_000)}</span>;
}
