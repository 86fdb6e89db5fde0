import type { WorkerInfo } from '@drover/core';
import { Card, CardFact, CardFacts, Cards } from '../cards.tsx';
import { Moment } from '../moment.tsx';
import {
  Cpu,
  Lag,
  Load,
  Memory,
  QueueNames,
  WorkerBadges,
  WorkerLink,
  WorkerNotes,
  WorkerPlace,
} from './worker-facts.tsx';
import classes from './workers.module.css';

/** The same as the table, for narrow screens. */
export function WorkerCards({ workers }: { workers: WorkerInfo[] }) {
  return (
    <Cards label="Workers">
      {workers.map((worker) => (
        <Card
          key={worker.id}
          className={classes.card}
          title={
            <div>
              <WorkerLink worker={worker} />
              <WorkerPlace worker={worker} />
            </div>
          }
        >
          <WorkerBadges worker={worker} />
          <WorkerNotes worker={worker} />
          <CardFacts className={classes.facts}>
            <CardFact name="Running">
              <Load worker={worker} />
            </CardFact>
            <CardFact name="Memory">
              <Memory worker={worker} />
            </CardFact>
            <CardFact name="CPU">
              <Cpu worker={worker} />
            </CardFact>
            <CardFact name="Event-loop lag">
              <Lag worker={worker} />
            </CardFact>
            <CardFact name="Queues">
              <QueueNames worker={worker} />
            </CardFact>
            <CardFact name="Version">{worker.version}</CardFact>
            <CardFact name="Last heard">
              <Moment at={worker.lastHeartbeatAt} />
            </CardFact>
          </CardFacts>
        </Card>
      ))}
    </Cards>
  );
}
