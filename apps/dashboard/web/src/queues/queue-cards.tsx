import type { QueueInfo, TaskState } from '@drover/core';
import { Card, CardFact, CardFacts, Cards } from '../cards.tsx';
import { stateLooks, taskStates } from '../state.ts';
import { QueueButtons } from './queue-buttons.tsx';
import { Count, QueueLimits, QueueName, WaitingNotes, WorkerCount } from './queue-facts.tsx';
import type { RowsProps } from './queue-table.tsx';
import classes from './queues.module.css';

/** The same as the table, for narrow screens. */
export function QueueCards({ queues, hasActions }: RowsProps) {
  return (
    <Cards label="Queues">
      {queues.map((queue) => (
        <Card key={queue.name} title={<QueueName queue={queue} />}>
          <QueueLimits queue={queue} />
          {hasActions && <QueueButtons queue={queue} />}
          <CardFacts className={classes.facts}>
            {statesOf(queue).map((state) => (
              <CardFact key={state} name={stateLooks[state].short ?? stateLooks[state].label}>
                <Count queue={queue} state={state} />
                {state === 'waiting' && <WaitingNotes queue={queue} />}
              </CardFact>
            ))}
            <CardFact name="Workers">
              <WorkerCount queue={queue} />
            </CardFact>
          </CardFacts>
        </Card>
      ))}
    </Cards>
  );
}

/** Those of which there are tasks. */
function statesOf({ counts }: QueueInfo): TaskState[] {
  return taskStates.filter((state) => counts[state] > 0);
}
