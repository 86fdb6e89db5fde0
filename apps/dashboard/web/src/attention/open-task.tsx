import { DroverError } from '@drover/client';
import type { MethodInfo, Task } from '@drover/core';
import { Stack, Text, Title } from '@mantine/core';
import { IconCircleCheck } from '@tabler/icons-react';
import { useQuery } from '@tanstack/react-query';
import { useState } from 'react';
import { TaskBadge } from '../badge.tsx';
import { modelsQuery, taskQuery } from '../cluster.ts';
import { counted } from '../count.ts';
import { Moment } from '../moment.tsx';
import { Notice } from '../notice.tsx';
import { PageLink } from '../page-link.tsx';
import { Lines } from '../page-skeleton.tsx';
import { QueryPart } from '../query-part.tsx';
import { Section } from '../section.tsx';
import { useMay } from '../session/session.ts';
import { stateLooks } from '../state.ts';
import { ErrorDetails } from '../task/error-panel.tsx';
import { HistoryPanel } from '../task/history-panel.tsx';
import { RequestPanel } from '../task/request-panel.tsx';
import { TaskId } from '../task-id.tsx';
import classes from './attention.module.css';
import { isFormFit } from './correction.ts';
import { Correction } from './correction.tsx';

/** How often it asks, ms: somebody else may decide at the same time. */
const steadily = 3_000;

type Props = {
  id: string;
  /** The task is decided, and the next one may come. */
  onLeave: () => void;
};

/** One task of the inbox: what is wrong with it, what was done about it, and what can be. */
export function OpenTask({ id, onLeave }: Props) {
  const task = useQuery({ ...taskQuery(id), refetchInterval: steadily });
  const isGone = task.error instanceof DroverError && task.error.code === 'task_unknown';
  if (isGone) {
    return (
      <Notice role="status" tone="amber" icon={IconCircleCheck} title="This task is gone">
        No task that you may see has the id <span className="mono">{id}</span>.
      </Notice>
    );
  }
  return <QueryPart query={task}>{(known) => <Known task={known} onLeave={onLeave} />}</QueryPart>;
}

function Known({ task, onLeave }: { task: Task; onLeave: () => void }) {
  const needsAttention = task.state === 'requires_attention';
  return (
    <Stack gap="md">
      <Head task={task} />
      {!needsAttention && (
        <Notice role="status" tone="amber" icon={IconCircleCheck} title="It needs nobody any more">
          Meanwhile it is in another state: {stateLooks[task.state].label.toLowerCase()}.
        </Notice>
      )}
      {task.error !== undefined && (
        <Section title="What is wrong">
          <ErrorDetails error={task.error} />
        </Section>
      )}
      {needsAttention ? <Deciding task={task} onLeave={onLeave} /> : <RequestPanel task={task} />}
      <HistoryPanel task={task} />
    </Stack>
  );
}

function Head({ task }: { task: Task }) {
  const fullName = `${task.model}.${task.method}`;
  const facts = [
    task.name === fullName ? undefined : fullName,
    `queue ${task.queue}`,
    task.company === undefined ? undefined : `company ${task.company}`,
    task.user === undefined ? undefined : `for ${task.user}`,
    counted(task.executions.length, 'attempt'),
  ];
  return (
    <div>
      <span className={classes.head}>
        <Title order={2} className={classes.name}>
          {task.name}
        </Title>
        <TaskBadge state={task.state} outcome={task.outcome} />
        <PageLink to="/tasks/$id" params={{ id: task.id }} size="sm" underline="always">
          The task in full
        </PageLink>
      </span>
      <Text size="sm" c="dimmed">
        {facts.filter(Boolean).join(' · ')} · created <Moment at={task.createdAt} />
      </Text>
      <Text size="sm" c="dimmed" component="div">
        <TaskId id={task.id} />
      </Text>
    </div>
  );
}

/** Waits for the catalogue, which knows what the arguments should be. Without it they are still JSON. */
function Deciding({ task, onLeave }: { task: Task; onLeave: () => void }) {
  const canOperate = useMay('operate');
  const models = useQuery({ ...modelsQuery, enabled: canOperate });
  if (!canOperate) {
    return (
      <>
        <RequestPanel task={task} />
        <Text size="sm" c="dimmed">
          Your key may look, but not decide: that takes the scope “operate”.
        </Text>
      </>
    );
  }
  if (models.data === undefined && models.error === null) return <Lines count={4} />;
  const method = models.data
    ?.flatMap(({ methods }) => methods)
    .find((info) => info.model === task.model && info.method === task.method);
  const gap =
    models.data === undefined
      ? 'The methods could not be read, so that nothing is known of these arguments here. They are checked when they are saved.'
      : 'No live worker offers this method, so that nothing is known of its arguments.';
  return <Steady task={task} method={method} gap={method === undefined ? gap : undefined} onLeave={onLeave} />;
}

type SteadyProps = {
  task: Task;
  method: MethodInfo | undefined;
  /** Why there is no method. */
  gap: string | undefined;
  onLeave: () => void;
};

/**
 * What somebody types into stays as it was, though task and catalogue are asked for again and again. It begins anew only
 * when asked to, after the arguments were changed elsewhere.
 */
function Steady({ task, method, gap, onLeave }: SteadyProps) {
  const [start, setStart] = useState({ task, count: 0 });
  const [schema] = useState(() => (method !== undefined && isFormFit(method, task) ? method : undefined));
  return (
    <Correction
      key={start.count}
      start={start.task}
      task={task}
      method={schema}
      gap={gap}
      onRestart={() => setStart({ task, count: start.count + 1 })}
      onSaved={(saved) => setStart({ task: saved, count: start.count })}
      onLeave={onLeave}
    />
  );
}
