import type { JobResultLine } from '@drover/core';
import { Badge, StateBadge } from '../../badge.tsx';
import { formatCount } from '../../count.ts';
import { PageLink } from '../../page-link.tsx';
import { kindLooks, lineLooks } from '../job-looks.ts';
import classes from '../jobs.module.css';
import { Took } from './took.tsx';

/** A line for each line that runs: how it is, what it said, and its task. */
export function ResultLines({ lines }: { lines: JobResultLine[] }) {
  return (
    <ol className={classes.lines} aria-label="Lines">
      {lines.map((line) => (
        <Line key={line.number} line={line} />
      ))}
    </ol>
  );
}

function Line({ line }: { line: JobResultLine }) {
  const { number, kind, name, model, method, status, message, taskId, taskState, left, startedAt, finishedAt } = line;
  const fullName = `${model}.${method}`;
  return (
    <li className={classes.row}>
      <span className={classes.number}>{number}</span>
      <div className={classes.what}>
        <span className={classes.method}>
          {taskState === undefined ? (
            <b>{name}</b>
          ) : (
            <PageLink to="/tasks/$id" params={{ id: taskId }} size="sm" fw={600} className={classes.wrap}>
              {name}
            </PageLink>
          )}
          <Badge look={kindLooks[kind]} isPlain />
        </span>
        {(name !== fullName || left !== undefined) && (
          <span className={classes.aside}>
            {name !== fullName && <span>{fullName}</span>}
            {left !== undefined && <span>left {formatCount(left)}</span>}
          </span>
        )}
        {message !== undefined && message !== '' && <span className={classes.wrap}>{message}</span>}
      </div>
      <span className={classes.ends}>
        {taskState === 'requires_attention' ? <StateBadge state={taskState} /> : <Badge look={lineLooks[status]} />}
        {startedAt !== undefined && (
          <span className={classes.aside}>
            <Took from={startedAt} to={finishedAt} />
          </span>
        )}
      </span>
    </li>
  );
}
