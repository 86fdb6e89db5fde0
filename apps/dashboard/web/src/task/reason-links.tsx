import type { Json, Reason } from '@drover/core';
import { Link } from '@tanstack/react-router';
import type { ReactNode } from 'react';
import { Moment } from '../moment.tsx';
import classes from './explain-panel.module.css';

/** Where a reason leads: its queue, the workers, the tasks that it names, a method that looks alike. */
export function ReasonLinks({ reason: { code, data } }: { reason: Reason }) {
  const links: ReactNode[] = [];
  const { queue, tasks, workers, nearest, worker } = data;
  if (code === 'tasks_ahead' && typeof queue === 'string') {
    links.push(
      <Link key="line" to="/tasks" search={{ state: 'waiting', queue }}>
        What waits in {queue}
      </Link>,
    );
  }
  const isOfQueue = code === 'queue_paused' || code === 'concurrency_limit' || code === 'rate_limit';
  if (isOfQueue || code === 'no_queue_worker') {
    links.push(
      <Link key="queues" to="/cluster/queues">
        Queues
      </Link>,
    );
  } else if (code === 'worker_lost' && typeof worker === 'string') {
    links.push(
      <Link key="worker" to="/workers/$id" params={{ id: worker }}>
        Worker {worker}
      </Link>,
    );
  } else if (code === 'no_worker' || (Array.isArray(workers) && code !== 'next_in_line')) {
    links.push(
      <Link key="workers" to="/workers">
        Workers
      </Link>,
    );
  }
  for (const method of textsOf(nearest)) {
    links.push(
      <Link key={method} to="/run/$method" params={{ method }}>
        {method}
      </Link>,
    );
  }
  const named = tasksOf(tasks);
  return (
    <>
      {links.length > 0 && <div className={classes.links}>{links}</div>}
      {named.length > 0 && (
        <ul className={classes.tasks}>
          {named.map(({ id, method, startedAt }) => (
            <li key={id}>
              <Link to="/tasks/$id" params={{ id }}>
                {method ?? id}
              </Link>
              {startedAt !== undefined && (
                <span className={classes.began}>
                  {' '}
                  began <Moment at={startedAt} />
                </span>
              )}
            </li>
          ))}
        </ul>
      )}
    </>
  );
}

function textsOf(value: Json | undefined): string[] {
  return Array.isArray(value) ? value.filter((entry) => typeof entry === 'string') : [];
}

type Named = { id: string; method: string | undefined; startedAt: string | undefined };

function tasksOf(value: Json | undefined): Named[] {
  if (!Array.isArray(value)) return [];
  return value.flatMap((entry) => {
    if (typeof entry !== 'object' || entry === null || Array.isArray(entry)) return [];
    const { id, method, startedAt } = entry;
    if (typeof id !== 'string') return [];
    return [
      {
        id,
        method: typeof method === 'string' ? method : undefined,
        startedAt: typeof startedAt === 'string' ? startedAt : undefined,
      },
    ];
  });
}
