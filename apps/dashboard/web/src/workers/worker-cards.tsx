import type { WorkerInfo } from '@drover/core';
import type { ReactNode } from 'react';
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
    <ul className={classes.cards} aria-label="Workers">
      {workers.map((worker) => (
        <li key={worker.id} className={classes.card}>
          <div>
            <WorkerLink worker={worker} />
            <WorkerPlace worker={worker} />
          </div>
          <WorkerBadges worker={worker} />
          <WorkerNotes worker={worker} />
          <dl className={classes.facts}>
            <Fact name="Running">
              <Load worker={worker} />
            </Fact>
            <Fact name="Memory">
              <Memory worker={worker} />
            </Fact>
            <Fact name="CPU">
              <Cpu worker={worker} />
            </Fact>
            <Fact name="Event-loop lag">
              <Lag worker={worker} />
            </Fact>
            <Fact name="Queues">
              <QueueNames worker={worker} />
            </Fact>
            <Fact name="Version">{worker.version}</Fact>
            <Fact name="Last heard">
              <Moment at={worker.lastHeartbeatAt} />
            </Fact>
          </dl>
        </li>
      ))}
    </ul>
  );
}

function Fact({ name, children }: { name: string; children: ReactNode }) {
  return (
    <div>
      <dt>{name}</dt>
      <dd>{children}</dd>
    </div>
  );
}
