import type { Reason, Task } from '@drover/core';
import { useQuery } from '@tanstack/react-query';
import { explainQuery } from '../cluster.ts';
import { Lines } from '../page-skeleton.tsx';
import { QueryPart } from '../query-part.tsx';
import { Section } from '../section.tsx';
import { outcomeLooks } from '../state.ts';
import classes from './explain-panel.module.css';
import { ReasonLinks } from './reason-links.tsx';
import { reasonLooks } from './reason-looks.ts';
import { Timeline } from './timeline.tsx';
import { Told } from './told.tsx';

/** Why the task does not run, or what happened to it; then its life, drawn. */
export function ExplainPanel({ task }: { task: Task }) {
  const query = useQuery(explainQuery(task));
  return (
    <Section title={titleOf(task)}>
      <QueryPart query={query} skeleton={<Lines count={2} />}>
        {(explanation) => (
          <>
            <ul className={classes.reasons}>
              {explanation.reasons.map((reason, index) => (
                <ReasonItem key={reason.code} reason={reason} task={task} isFirst={index === 0} />
              ))}
            </ul>
            <Timeline task={task} attempts={explanation.attempts} />
          </>
        )}
      </QueryPart>
    </Section>
  );
}

function titleOf({ state }: Task): string {
  switch (state) {
    case 'scheduled':
    case 'waiting':
    case 'depends':
    case 'requires_attention':
      return 'Why is it not running?';
    case 'running':
      return 'What happens';
    case 'done':
    case 'error':
    case 'cancelled':
      return 'What happened';
    default:
      return state satisfies never;
  }
}

type Props = { reason: Reason; task: Task; isFirst: boolean };

function ReasonItem({ reason, task, isFirst }: Props) {
  const look =
    reason.code === 'ended' && task.outcome !== undefined ? outcomeLooks[task.outcome] : reasonLooks[reason.code];
  const Icon = look.icon;
  const isTurning = reason.code === 'running' && isFirst;
  return (
    <li className={classes.reason} data-first={isFirst} data-tone={look.tone}>
      <span className={classes.icon}>
        <Icon aria-hidden size={isFirst ? 20 : 17} className={isTurning ? 'turning' : undefined} />
      </span>
      <div className={classes.words}>
        <p className={classes.message}>
          <Told sentence={reason.message} />
        </p>
        <ReasonLinks reason={reason} />
      </div>
    </li>
  );
}
