import type { Autoscale, ScaleAdvice } from '@drover/core';
import { Text } from '@mantine/core';
import {
  IconArrowDownRight,
  IconArrowRight,
  IconArrowUpRight,
  IconClockPause,
  IconEqual,
  IconFence,
} from '@tabler/icons-react';
import { Badge } from '../badge.tsx';
import { counted, formatCount } from '../count.ts';
import { Moment } from '../moment.tsx';
import { Section } from '../section.tsx';
import type { Look } from '../state.ts';
import classes from './scaling.module.css';

const ruleLooks: Record<ScaleAdvice['rule'], Look> = {
  grow: { label: 'Grow', tone: 'blue', icon: IconArrowUpRight },
  shrink: { label: 'Shrink', tone: 'plum', icon: IconArrowDownRight },
  stay: { label: 'Stay', tone: 'green', icon: IconEqual },
  bound: { label: 'At its bound', tone: 'amber', icon: IconFence },
  cooldown: { label: 'Waits a little', tone: 'slate', icon: IconClockPause },
};

/** Changes that are shown; the API remembers more. */
const shownChanges = 5;

/** How many workers there should be beside how many there are, why, and what was done about it. */
export function Scaling({ autoscale }: { autoscale: Autoscale }) {
  const { wanted, current, ready, rule, reason, min, max } = autoscale;
  return (
    <Section
      title="Scaling"
      aside={
        <Text size="sm" c="dimmed" className="numbers">
          between {formatCount(min)} and {formatCount(max)} workers
        </Text>
      }
      isFlush
    >
      <div className={classes.split}>
        <div className={classes.advice}>
          <dl className={classes.figures}>
            <div>
              <dt>Wanted</dt>
              <dd>{formatCount(wanted)}</dd>
            </div>
            <div>
              <dt>Current</dt>
              <dd>{formatCount(current)}</dd>
            </div>
            <div>
              <dt>Ready tasks</dt>
              <dd>{formatCount(ready)}</dd>
            </div>
          </dl>
          <span>
            <Badge look={ruleLooks[rule]} />
          </span>
          <Text size="sm">{reason}</Text>
        </div>
        <History changes={autoscale.history} />
      </div>
    </Section>
  );
}

function History({ changes }: { changes: Autoscale['history'] }) {
  const newest = changes.slice(0, shownChanges);
  if (newest.length === 0) {
    return (
      <Text size="sm" c="dimmed" className={classes.none}>
        No supervisor has started or ended a worker by this rule yet.
      </Text>
    );
  }
  return (
    <ol className={classes.changes} aria-label="What supervisors did, newest first">
      {newest.map(({ at, from, to, host, reason }) => (
        <li key={`${at} ${host} ${to}`} className={classes.change}>
          <span className={classes.step}>
            {formatCount(from)} <IconArrowRight size={14} role="img" aria-label="to" /> {counted(to, 'worker')}
          </span>
          <span className={classes.where}>
            <Moment at={at} /> on {host}
          </span>
          <span className={classes.reason}>{reason}</span>
        </li>
      ))}
    </ol>
  );
}
