import type { WorkerInfo } from '@drover/core';
import { Text } from '@mantine/core';
import { Badge } from '../badge.tsx';
import { formatCount } from '../count.ts';
import { formatDuration } from '../duration.ts';
import { formatMemory } from '../memory.ts';
import { PageLink } from '../page-link.tsx';
import { Told } from '../task/told.tsx';
import { loadWords, pressureLooks, suspectLook, taintedLook, workerLooks } from './worker-looks.ts';
import classes from './workers.module.css';

type Props = { worker: WorkerInfo };

export function WorkerLink({ worker: { id } }: Props) {
  return (
    <PageLink to="/workers/$id" params={{ id }} size="sm" fw={600} className={classes.wrap}>
      {id}
    </PageLink>
  );
}

/** Where it runs. */
export function WorkerPlace({ worker: { host, pid, supervisor } }: Props) {
  return (
    <Text size="xs" c="dimmed" className={classes.wrap}>
      {host}, process {pid}
      {supervisor !== undefined && <>, kept by {supervisor}</>}
    </Text>
  );
}

/** Its state, and whatever else people should know of it. */
export function WorkerBadges({ worker: { state, isSuspect, tainted, pressure = [] } }: Props) {
  return (
    <span className={classes.badges}>
      <Badge look={workerLooks[state]} />
      {isSuspect && <Badge look={suspectLook} />}
      {tainted !== undefined && <Badge look={taintedLook} />}
      {pressure.map(({ kind }) => (
        <Badge key={kind} look={pressureLooks[kind]} />
      ))}
    </span>
  );
}

/** Why it holds something back, a sentence each. */
export function WorkerNotes({ worker: { tainted, pressure = [] } }: Props) {
  const notes = [...(tainted === undefined ? [] : [tainted]), ...pressure.map(({ message }) => message)];
  return notes.map((note) => (
    <Text key={note} size="xs" c="dimmed" className={classes.note}>
      <Told sentence={note} />
    </Text>
  ));
}

/** How many tasks it runs, of how many; a bar says the same to the eye. */
export function Load({ worker }: Props) {
  const { running, concurrency, concurrencyNow } = worker;
  const percent = concurrency === 0 ? 0 : Math.min(100, (running / concurrency) * 100);
  return (
    <span className={classes.load}>
      <span className="numbers">{loadWords(worker)}</span>
      <span className={classes.bar} aria-hidden>
        <span style={{ width: `${percent}%` }} />
      </span>
      {concurrencyNow !== undefined && concurrencyNow < concurrency && (
        <Text span size="xs" c="dimmed">
          at most {formatCount(concurrencyNow)} for now
        </Text>
      )}
    </span>
  );
}

export function Memory({ worker: { memoryMb, memoryLimitMb } }: Props) {
  return (
    <span className="numbers">
      {formatMemory(memoryMb)}
      {memoryLimitMb !== undefined && (
        <Text span size="xs" c="dimmed" className={classes.limit}>
          of {formatMemory(memoryLimitMb)}
        </Text>
      )}
    </span>
  );
}

/** Of one core. */
export function Cpu({ worker: { cpuPercent } }: Props) {
  return <span className="numbers">{cpuPercent === undefined ? '–' : `${Math.round(cpuPercent)} %`}</span>;
}

export function Lag({ worker: { eventLoopLagMs } }: Props) {
  return <span className="numbers">{formatDuration(Math.round(eventLoopLagMs) / 1_000)}</span>;
}

export function QueueNames({ worker: { queues, allQueues } }: Props) {
  if (allQueues === true || queues.length === 0) return 'all';
  return <span className={classes.wrap}>{queues.join(', ')}</span>;
}
