import type { LogLevel, LogLine, Task } from '@drover/core';
import { Text } from '@mantine/core';
import { IconAlertTriangle, IconBug, IconCircleX, IconInfoCircle } from '@tabler/icons-react';
import { useQuery } from '@tanstack/react-query';
import { Badge } from '../badge.tsx';
import { logQuery } from '../cluster.ts';
import { counted } from '../count.ts';
import { Notice } from '../notice.tsx';
import { QueryPart } from '../query-part.tsx';
import { Section } from '../section.tsx';
import type { Look } from '../state.ts';
import classes from './log-panel.module.css';

const levelLooks: Record<LogLevel, Look> = {
  debug: { label: 'debug', tone: 'grey', icon: IconBug },
  info: { label: 'info', tone: 'blue', icon: IconInfoCircle },
  warn: { label: 'warn', tone: 'amber', icon: IconAlertTriangle },
  error: { label: 'error', tone: 'red', icon: IconCircleX },
};

const time = new Intl.DateTimeFormat('en-GB', {
  hour: '2-digit',
  minute: '2-digit',
  second: '2-digit',
  fractionalSecondDigits: 3,
});

/** What the method logged, over all attempts. */
export function LogPanel({ task }: { task: Task }) {
  const query = useQuery(logQuery(task));
  const count = query.data?.items.length ?? 0;
  return (
    <Section
      title="Log"
      aside={
        count > 0 && (
          <Text size="sm" c="dimmed">
            {counted(count, 'line')}
          </Text>
        )
      }
    >
      <QueryPart query={query}>
        {({ items, dropped }) => (
          <>
            {dropped > 0 && (
              <Notice role="note" tone="amber" icon={IconAlertTriangle}>
                The {dropped === 1 ? 'oldest line was' : `${counted(dropped, 'oldest line')} were`} dropped: a task
                keeps its newest lines only.
              </Notice>
            )}
            {items.length === 0 ? (
              <Text size="sm" c="dimmed">
                {emptyWords(task)}
              </Text>
            ) : (
              <Lines lines={items} hasAttempts={task.executions.length > 1} />
            )}
          </>
        )}
      </QueryPart>
    </Section>
  );
}

function Lines({ lines, hasAttempts }: { lines: LogLine[]; hasAttempts: boolean }) {
  return (
    // biome-ignore lint/a11y/noNoninteractiveTabindex: what scrolls must be reachable by keyboard (WCAG 2.1.1).
    <section className={classes.log} tabIndex={0} aria-label="Log lines">
      <ol>
        {lines.map((line, index) => (
          // biome-ignore lint/suspicious/noArrayIndexKey: lines are only ever added at the end.
          <li key={index} className={classes.line}>
            <time dateTime={line.at} title={line.at}>
              {time.format(new Date(line.at))}
            </time>
            <Badge look={levelLooks[line.level]} isPlain />
            <span className={classes.message}>
              {hasAttempts && <span className={classes.attempt}>#{line.attempt} </span>}
              {line.message}
              {line.fields !== undefined && <span className={classes.fields}> {JSON.stringify(line.fields)}</span>}
            </span>
          </li>
        ))}
      </ol>
    </section>
  );
}

function emptyWords({ state, executions }: Task): string {
  if (executions.length === 0) return 'It has not begun, so it has said nothing yet.';
  return state === 'running' ? 'Nothing so far.' : 'The method logged nothing.';
}
