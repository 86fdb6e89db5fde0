import type { FlowSummary } from '@drover/core';
import { Badge } from '../badge.tsx';
import { Moment } from '../moment.tsx';
import { FlowCounts, FlowDuration, FlowLink, FlowOrigin, FlowProgress } from './flow-facts.tsx';
import { flowLooks } from './flow-looks.ts';
import classes from './flows.module.css';

/** The same as the table, for narrow screens. */
export function FlowCards({ flows }: { flows: FlowSummary[] }) {
  return (
    <ul className={classes.cards} aria-label="Flows">
      {flows.map((flow) => (
        <li key={flow.id} className={classes.card}>
          <span className={classes.title}>
            <FlowLink flow={flow} />
            <Badge look={flowLooks[flow.state]} />
          </span>
          <FlowOrigin flow={flow} />
          <FlowProgress flow={flow} />
          <dl className={classes.facts}>
            <div>
              <dt>Outcomes</dt>
              <dd>
                <FlowCounts flow={flow} />
              </dd>
            </div>
            <div>
              <dt>Created</dt>
              <dd>
                <Moment at={flow.createdAt} />
              </dd>
            </div>
            <div>
              <dt>Took</dt>
              <dd>
                <FlowDuration flow={flow} />
              </dd>
            </div>
            {flow.company !== undefined && (
              <div>
                <dt>Company</dt>
                <dd>{flow.company}</dd>
              </div>
            )}
          </dl>
        </li>
      ))}
    </ul>
  );
}
