import type { WorkerDetails } from '@drover/core';
import { Link } from '@tanstack/react-router';
import { formatCount } from '../../count.ts';
import { type Fact, FactList } from '../../fact-list.tsx';
import { Moment } from '../../moment.tsx';
import { Section } from '../../section.tsx';
import { Cpu, Lag, Load, Memory } from '../worker-facts.tsx';
import classes from '../workers.module.css';

/** What is known about a worker, a line each; what it has not is left out. */
export function Known({ worker }: { worker: WorkerDetails }) {
  const { id, host, pid, supervisor, version, queues, allQueues, concurrency } = worker;
  const takesAll = allQueues === true || queues.length === 0;
  const facts: Fact[] = [
    ['Running', <Load key="load" worker={worker} />],
    ['Concurrency', formatCount(concurrency)],
    ['Memory', <Memory key="memory" worker={worker} />],
    ['CPU', <Cpu key="cpu" worker={worker} />],
    ['Event-loop lag', <Lag key="lag" worker={worker} />],
    ['Last heard', <Moment key="heard" at={worker.lastHeartbeatAt} />],
    ['Started', <Moment key="started" at={worker.startedAt} isAbsolute />],
    ['Version', version],
    ['Host', host],
    ['Process', String(pid)],
    ['Supervisor', supervisor ?? 'none: it runs alone'],
    ['Queues', takesAll ? 'all of the cluster, also those to come' : <QueueLinks key="queues" queues={queues} />],
    [
      'History',
      <Link key="history" to="/executions" search={{ worker: id }} className={classes.link}>
        its executions
      </Link>,
    ],
  ];
  return (
    <Section title="Facts">
      <FactList facts={facts} labelWidth={7} />
    </Section>
  );
}

function QueueLinks({ queues }: { queues: string[] }) {
  return (
    <span>
      {queues.map((queue, index) => (
        <span key={queue}>
          {index > 0 && ', '}
          <Link to="/tasks" search={{ queue }} className={classes.link}>
            {queue}
          </Link>
        </span>
      ))}
    </span>
  );
}
