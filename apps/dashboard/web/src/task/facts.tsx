import type { Task } from '@drover/core';
import { Link } from '@tanstack/react-router';
import { formatDuration } from '../duration.ts';
import { type Fact, FactList } from '../fact-list.tsx';
import { FlowName } from '../flows/flow-name.tsx';
import { Moment } from '../moment.tsx';
import { ScheduleName } from '../schedules/schedule-name.tsx';
import { Section } from '../section.tsx';
import { RunningTime } from '../tasks/task-time.tsx';
import classes from './facts.module.css';

/** What is known about a task, a line each; what it has not is left out. */
export function Facts({ task }: { task: Task }) {
  const { retry, runAt, startedAt, finishedAt, expiresAt } = task;
  const facts: Fact[] = [
    [
      'Queue',
      <Link key="queue" to="/tasks" search={{ state: task.state, queue: task.queue }} className={classes.link}>
        {task.queue}
      </Link>,
    ],
    ['Schedule', task.schedule && <ScheduleName key="schedule" id={task.schedule} className={classes.link} />],
    ['Flow', task.flow && <FlowName key="flow" id={task.flow} className={classes.link} />],
    ['Key', task.flow && task.key],
    ['Priority', task.priority],
    ['Created', <Moment key="created" at={task.createdAt} isAbsolute />],
    ['Not before', runAt === task.createdAt ? undefined : <Moment key="run" at={runAt} isAbsolute />],
    ['Started', startedAt && <Moment key="started" at={startedAt} isAbsolute />],
    ['Finished', finishedAt && <Moment key="finished" at={finishedAt} isAbsolute />],
    ['Took', startedAt && finishedAt ? <RunningTime key="took" task={task} /> : undefined],
    ['Expires', expiresAt && <Moment key="expires" at={expiresAt} isAbsolute />],
    ['Retries', `${task.retryCount} of ${task.maxRetries}`],
    ['Pauses', `${formatDuration(retry.delaySeconds)}, doubled up to ${formatDuration(retry.delaySecondsMax)}`],
    ['Timeout', formatDuration(task.timeoutSeconds)],
    ['User', task.user],
    ['Company', task.company],
    ['Tags', task.tags.length > 0 ? task.tags.join(', ') : undefined],
    ['On failure', task.notifyOnFailure ? 'people are told' : undefined],
  ];
  return (
    <Section title="Facts">
      <FactList facts={facts} labelWidth={6.5} />
    </Section>
  );
}
