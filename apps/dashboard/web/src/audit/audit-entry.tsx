import type { AuditEntry } from '@drover/core';
import { Text } from '@mantine/core';
import { Badge } from '../badge.tsx';
import { JsonBlock } from '../code-block.tsx';
import { type Fact, FactList } from '../fact-list.tsx';
import { Moment } from '../moment.tsx';
import { PageLink } from '../page-link.tsx';
import { TaskId } from '../task-id.tsx';
import classes from './audit.module.css';
import { actionWords, auditLooks } from './audit-words.ts';

/** What was asked for, and of what: a task, a schedule and a queue lead there, anything else to its other changes. */
export function What({ entry: { action, target } }: { entry: AuditEntry }) {
  return (
    <span className={classes.what}>
      <Text span size="sm" fw={600} c="var(--mantine-color-text)">
        {actionWords(action)}
      </Text>
      {target !== undefined && (
        <Text span size="xs" className={classes.wrap}>
          <Target action={action} target={target} />
        </Text>
      )}
    </span>
  );
}

function Target({ action, target }: { action: string; target: string }) {
  const link = { inherit: true, className: 'mono' } as const;
  if (action.startsWith('task.')) {
    return (
      <PageLink to="/tasks/$id" params={{ id: target }} {...link}>
        {target}
      </PageLink>
    );
  }
  if (action.startsWith('queue.')) {
    return (
      <PageLink to="/tasks" search={{ queue: target }} {...link} aria-label={`Tasks of queue ${target}`}>
        {target}
      </PageLink>
    );
  }
  // What could not be made has a name, but no id.
  if (action.startsWith('schedule.') && target.startsWith('sch_')) {
    return (
      <PageLink to="/schedules/$id" params={{ id: target }} {...link}>
        {target}
      </PageLink>
    );
  }
  return (
    <PageLink to="/audit" search={{ target }} {...link} aria-label={`All changes of ${target}`}>
      {target}
    </PageLink>
  );
}

/** The name of the key, as it was then. It leads to all that the key did. */
export function Who({ entry: { actor, company } }: { entry: AuditEntry }) {
  return (
    <span className={classes.who}>
      <PageLink
        from="/audit"
        to="/audit"
        search={(before) => ({ ...before, key: actor.keyId, cursor: undefined })}
        inherit
        aria-label={`What ${actor.name} did`}
      >
        {actor.name}
      </PageLink>
      {company !== undefined && (
        <Text span size="xs" c="dimmed">
          {company}
        </Text>
      )}
    </span>
  );
}

export function Outcome({ entry: { outcome, code } }: { entry: AuditEntry }) {
  return (
    <span className={classes.outcome}>
      <Badge look={auditLooks[outcome]} />
      {code !== undefined && (
        <Text span size="xs" c="dimmed">
          <Mono>{code}</Mono>
        </Text>
      )}
    </span>
  );
}

/** All that is known of a change. */
export function Details({ entry }: { entry: AuditEntry }) {
  const { id, at, action, actor, company, target, from, outcome, status, code, details } = entry;
  const facts: Fact[] = [
    ['When', <Moment key="when" at={at} isAbsolute />],
    ['Action', <Mono key="action">{action}</Mono>],
    ['Target', target && <TaskId id={target} />],
    ['Key', <TaskId key="key" id={actor.keyId} />],
    ['Company', company],
    ['From', <Mono key="from">{from}</Mono>],
    ['Outcome', `${auditLooks[outcome].label}: ${auditLooks[outcome].means}`],
    ['Answer', status && `HTTP ${status}`],
    ['Problem', code && <Mono key="problem">{code}</Mono>],
    ['Entry', <Mono key="entry">{id}</Mono>],
  ];
  return (
    <div className={classes.details}>
      <FactList facts={facts} labelWidth={5.5} />
      {details !== undefined && (
        <div className={classes.asked}>
          <Text size="sm" c="dimmed">
            What was asked for
          </Text>
          <JsonBlock value={details} label="What was asked for" />
        </div>
      )}
    </div>
  );
}

function Mono({ children }: { children: string }) {
  return <span className="mono">{children}</span>;
}
