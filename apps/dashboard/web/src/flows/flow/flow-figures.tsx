import type { Flow } from '@drover/core';
import { IconBan, IconCircleCheck, IconCircleX, IconClock, IconHourglass, IconProgress } from '@tabler/icons-react';
import { formatCount } from '../../count.ts';
import { Figure, Figures } from '../../figures.tsx';
import { Moment } from '../../moment.tsx';
import { FlowDuration, FlowProgress } from '../flow-facts.tsx';
import classes from './flow-page.module.css';

/** How far it is, how its tasks did, and how long it took. */
export function FlowFigures({ flow }: { flow: Flow }) {
  const { counts, progress, createdAt, finishedAt } = flow;
  const left = progress.total - progress.ended;
  return (
    <Figures label="Figures of the flow">
      <Figure
        label="Progress"
        icon={IconProgress}
        tone="blue"
        value={`${Math.floor(progress.percent)} %`}
        note={<FlowProgress flow={flow} />}
      />
      <Figure label="Not ended" icon={IconHourglass} tone="slate" value={formatCount(left)} isQuiet={left === 0} />
      <Figure
        label="Done"
        icon={IconCircleCheck}
        tone="green"
        value={formatCount(counts.done)}
        isQuiet={counts.done === 0}
      />
      <Figure
        label="In error"
        icon={IconCircleX}
        tone="red"
        value={formatCount(counts.error)}
        isQuiet={counts.error === 0}
      />
      <Figure
        label="Cancelled"
        icon={IconBan}
        tone="grey"
        value={formatCount(counts.cancelled)}
        isQuiet={counts.cancelled === 0}
      />
      <Figure
        label={finishedAt === undefined ? 'Takes' : 'Took'}
        icon={IconClock}
        tone="slate"
        value={
          <span className={classes.duration}>
            <FlowDuration flow={flow} />
          </span>
        }
        note={
          finishedAt === undefined ? (
            <>
              since <Moment at={createdAt} />
            </>
          ) : (
            <>
              ended <Moment at={finishedAt} />
            </>
          )
        }
      />
    </Figures>
  );
}
