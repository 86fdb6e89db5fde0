import type { QueueInfo, TaskState } from '@drover/core';
import { stateLooks, taskStates } from '../state.ts';
import { QueueButtons } from './queue-buttons.tsx';
import { Count, QueueLimits, QueueName, WaitingNotes, WorkerCount } from './queue-facts.tsx';
import type { RowsProps } from './queue-table.tsx';
import classes from './queues.module.css';

/** The same as the table, for narrow screens. */
export function QueueCards({ queues, hasActions }: RowsProps) {
  return (
    <ul className={classes.cards} aria-label="Queues">
      {queues.map((queue) => (
        <li key={queue.name} className={classes.card}>
          <QueueName queue={queue} />
          <QueueLimits queue={queue} />
          {hasActions && <QueueButtons queue={queue} />}
          <dl className={classes.facts}>
            {statesOf(queue).map((state) => (
              <div key={state}>
                <dt>{stateLooks[state].short ?? stateLooks[state].label}</dt>
                <dd>
                  <Count queue={queue} state={state} />
                  {state === 'waiting' && <WaitingNotes queue={queue} />}
                </dd>
              </div>
            ))}
            <div>
              <dt>Workers</dt>
              <dd>
                <WorkerCount queue={queue} />
              </dd>
            </div>
          </dl>
        </li>
      ))}
    </ul>
  );
}

/** Those of which there are tasks. */
function statesOf({ counts }: QueueInfo): TaskState[] {
  return taskStates.filter((state) => counts[state] > 0);
}
