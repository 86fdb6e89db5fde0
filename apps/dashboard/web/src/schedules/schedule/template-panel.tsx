import type { Schedule } from '@drover/core';
import { fullMethodName } from '@drover/core';
import { Text } from '@mantine/core';
import { Link } from '@tanstack/react-router';
import { JsonBlock } from '../../code-block.tsx';
import { formatDuration } from '../../duration.ts';
import { type Fact, FactList } from '../../fact-list.tsx';
import { JobName } from '../../jobs/job-name.tsx';
import { Section } from '../../section.tsx';
import { useMay } from '../../session/session.ts';
import classes from './schedule-page.module.css';

/** The task that it makes, or the job that it runs. */
export function TemplatePanel({ schedule: { task, job } }: { schedule: Schedule }) {
  const canRun = useMay('enqueue');
  const { name, queue, priority, maxRetries, timeoutSeconds, expiresAfterSeconds, retry, tags, user, company } = task;
  const fullName = fullMethodName(task.model, task.method);
  const facts: Fact[] = [
    ['Job', job && <JobName key="job" id={job} className={classes.link} />],
    [
      'Method',
      job !== undefined ? undefined : canRun ? (
        <Link key="method" to="/run/$method" params={{ method: fullName }} className={classes.link}>
          {fullName}
        </Link>
      ) : (
        fullName
      ),
    ],
    ['Name', name],
    ['Queue', queue],
    ['Priority', priority],
    ['Retries', maxRetries],
    ['Pauses', retryWords(retry)],
    ['Timeout', timeoutSeconds && formatDuration(timeoutSeconds)],
    ['Expires', expiresAfterSeconds && `${formatDuration(expiresAfterSeconds)} after its fire`],
    ['Tags', tags?.join(', ')],
    ['User', user],
    ['Company', company],
    ['On failure', task.notifyOnFailure === true ? 'people are told' : undefined],
  ];
  return (
    <Section title={job === undefined ? 'Task' : 'Job'}>
      <FactList facts={facts} labelWidth={5.5} />
      {job === undefined && <Arguments args={task.args} kwargs={task.kwargs} />}
    </Section>
  );
}

function Arguments({ args, kwargs }: Pick<Schedule['task'], 'args' | 'kwargs'>) {
  return (
    <>
      {args.length > 0 && (
        <>
          <Text size="sm" c="dimmed" mt="sm">
            Positional arguments
          </Text>
          <JsonBlock value={args} label="Positional arguments" />
        </>
      )}
      {Object.keys(kwargs).length > 0 && (
        <>
          <Text size="sm" c="dimmed" mt="sm">
            Named arguments
          </Text>
          <JsonBlock value={kwargs} label="Named arguments" />
        </>
      )}
      {args.length === 0 && Object.keys(kwargs).length === 0 && (
        <Text size="sm" c="dimmed" mt="sm">
          Without arguments.
        </Text>
      )}
    </>
  );
}

function retryWords(retry: Schedule['task']['retry']): string | undefined {
  if (retry === undefined) return undefined;
  if (retry === 'resilient') return 'as it must get through';
  const { delaySeconds, delaySecondsMax } = retry;
  const first = delaySeconds === undefined ? undefined : formatDuration(delaySeconds);
  const most = delaySecondsMax === undefined ? undefined : `up to ${formatDuration(delaySecondsMax)}`;
  return [first, most].filter((part) => part !== undefined).join(', ') || undefined;
}
