import type { ExecutionEntry } from '@drover/core';
import { Cards } from '../cards.tsx';
import { Moment } from '../moment.tsx';
import classes from '../tasks/tasks.module.css';
import { ExecutionLink, ExecutionNote, ExecutionOutcome, ExecutionTime } from './execution-facts.tsx';

/** The same as the table, for narrow screens. */
export function ExecutionCards({ executions }: { executions: ExecutionEntry[] }) {
  return (
    <Cards label="Executions">
      {executions.map((execution) => (
        <li key={execution.id} className={classes.card}>
          <span className={classes.title}>
            <ExecutionLink execution={execution} />
            <ExecutionOutcome execution={execution} />
          </span>
          <ExecutionNote execution={execution} />
          <span className={classes.facts}>
            <span>attempt {execution.attempt}</span>
            <span>{execution.queue}</span>
            {execution.company !== undefined && <span>{execution.company}</span>}
            <span>
              started <Moment at={execution.startedAt} />
            </span>
            <span>
              took <ExecutionTime execution={execution} />
            </span>
            <span className="mono">{execution.worker}</span>
          </span>
        </li>
      ))}
    </Cards>
  );
}
