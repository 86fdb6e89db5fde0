import type { Execution, Task } from '@drover/core';
import { Group, Text } from '@mantine/core';
import { Badge, OutcomeBadge } from '../badge.tsx';
import { counted } from '../count.ts';
import { formatDuration } from '../duration.ts';
import { formatMemory } from '../memory.ts';
import { Moment } from '../moment.tsx';
import { Section } from '../section.tsx';
import { stateLooks } from '../state.ts';
import classes from './attempts.module.css';
import { ErrorDetails } from './error-panel.tsx';

/** Every try at the task, the newest first. */
export function Attempts({ task }: { task: Task }) {
  const { executions, maxRetries, error: shown } = task;
  if (executions.length === 0) return null;
  const newestFirst = [...executions].sort((a, b) => b.attempt - a.attempt);
  return (
    <Section
      title="Attempts"
      aside={
        <Text size="sm" c="dimmed" className="numbers">
          {counted(executions.length, 'attempt')}, at most {maxRetries} {maxRetries === 1 ? 'retry' : 'retries'}
        </Text>
      }
      isFlush
    >
      <ol className={classes.attempts} reversed>
        {newestFirst.map((execution, index) => (
          <Attempt
            key={execution.id}
            execution={execution}
            isErrorShown={index === 0 && shown?.message === execution.error?.message}
          />
        ))}
      </ol>
    </Section>
  );
}

/** The error of the newest attempt stands above all attempts already. */
function Attempt({ execution, isErrorShown }: { execution: Execution; isErrorShown: boolean }) {
  const { attempt, outcome, error, message, retryAt, worker, host, pid, startedAt, durationSeconds, memoryMb } =
    execution;
  return (
    <li className={classes.attempt}>
      <Group gap="xs">
        <Text fw={600} size="sm" className="numbers">
          Attempt {attempt}
        </Text>
        {outcome === undefined ? <Badge look={stateLooks.running} /> : <OutcomeBadge outcome={outcome} />}
        {durationSeconds !== undefined && (
          <Text size="sm" c="dimmed" className="numbers">
            {formatDuration(durationSeconds)}
          </Text>
        )}
      </Group>
      <Text size="sm" c="dimmed" className={classes.where}>
        <Moment at={startedAt} /> on <span className="mono">{worker}</span>, host {host}, process {pid}
        {memoryMb !== undefined && `, ${formatMemory(memoryMb)}`}
      </Text>
      {message !== undefined && <Text size="sm">{message}</Text>}
      {error !== undefined && !isErrorShown && (
        <div className={classes.error}>
          <ErrorDetails error={error} />
        </div>
      )}
      {retryAt !== undefined && (
        <Text size="sm" c="dimmed">
          Next try <Moment at={retryAt} />
        </Text>
      )}
    </li>
  );
}
