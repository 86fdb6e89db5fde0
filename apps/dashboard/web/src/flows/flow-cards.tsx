import type { FlowSummary } from '@drover/core';
import { Badge } from '../badge.tsx';
import { Card, CardFact, CardFacts, Cards } from '../cards.tsx';
import { Moment } from '../moment.tsx';
import { FlowCounts, FlowDuration, FlowLink, FlowOrigin, FlowProgress } from './flow-facts.tsx';
import { flowLooks } from './flow-looks.ts';
import classes from './flows.module.css';

/** The same as the table, for narrow screens. */
export function FlowCards({ flows }: { flows: FlowSummary[] }) {
  return (
    <Cards label="Flows">
      {flows.map((flow) => (
        <Card key={flow.id} title={<FlowLink flow={flow} />} aside={<Badge look={flowLooks[flow.state]} />}>
          <FlowOrigin flow={flow} />
          <FlowProgress flow={flow} />
          <CardFacts className={classes.facts}>
            <CardFact name="Outcomes">
              <FlowCounts flow={flow} />
            </CardFact>
            <CardFact name="Created">
              <Moment at={flow.createdAt} />
            </CardFact>
            <CardFact name="Took">
              <FlowDuration flow={flow} />
            </CardFact>
            <CardFact name="Company">{flow.company}</CardFact>
          </CardFacts>
        </Card>
      ))}
    </Cards>
  );
}
