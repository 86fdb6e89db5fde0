import type { Task, TaskState } from '@drover/core';
import { Button, Group, Progress, Stack, Text } from '@mantine/core';
import { useQuery, useQueryClient } from '@tanstack/react-query';
import { useEffect, useRef } from 'react';
import { TaskBadge } from '../badge.tsx';
import { queuesQuery, taskQuery } from '../cluster.ts';
import { formatCount } from '../count.ts';
import { PageLink } from '../page-link.tsx';
import { ProblemNotice } from '../problem.tsx';
import { type ActionResult, readActionResult } from './action-result.ts';
import classes from './actions.module.css';

const ends: readonly TaskState[] = ['done', 'error', 'cancelled'];

/** The task that does it, live, until it has ended. It goes on when the dialog is closed. */
export function ActionProgress({ task: started, onClose }: { task: Task; onClose: () => void }) {
  const { data: task = started, error } = useQuery({ ...taskQuery(started.id), initialData: started });
  const hasEnded = ends.includes(task.state);
  const closeButton = useRef<HTMLButtonElement>(null);
  useEffect(() => closeButton.current?.focus(), []);
  useRefresh(hasEnded);
  const result = task.state === 'done' ? readActionResult(task.result) : undefined;
  return (
    <Stack gap="md">
      <Group gap="xs" role="status">
        <TaskBadge state={task.state} outcome={task.outcome} />
        <Text size="sm" className="numbers">
          {result === undefined ? sentenceOf(task) : summaryOf(result)}
        </Text>
      </Group>
      {!hasEnded && (
        <Progress value={task.progress.percent} size="lg" radius="xl" animated aria-label="Progress of the action" />
      )}
      {result !== undefined && result.refusals.length > 0 && <Refusals {...result} />}
      {error !== null && <ProblemNotice error={error} />}
      <Group justify="space-between" gap="xs">
        <PageLink to="/tasks/$id" params={{ id: task.id }} size="sm">
          The task that does it
        </PageLink>
        <Button ref={closeButton} variant="default" onClick={onClose}>
          {hasEnded ? 'Close' : 'Let it go on'}
        </Button>
      </Group>
    </Stack>
  );
}

/** What it changed is shown as it is now, in whatever list stands behind the dialog. */
function useRefresh(hasEnded: boolean): void {
  const queryClient = useQueryClient();
  useEffect(() => {
    if (!hasEnded) return;
    void queryClient.invalidateQueries({ queryKey: ['tasks'] });
    void queryClient.invalidateQueries({ queryKey: ['executions'] });
    void queryClient.invalidateQueries({ queryKey: queuesQuery.queryKey });
  }, [hasEnded, queryClient]);
}

function sentenceOf({ state, progress, queue, error, message }: Task): string {
  switch (state) {
    case 'scheduled':
      return 'Failed, and is tried again soon.';
    case 'depends':
    case 'waiting':
      return `Waits for a free worker of queue ${queue}.`;
    case 'running':
      return progress.message ?? 'At work';
    case 'done':
    case 'error':
    case 'cancelled':
    case 'requires_attention':
      return error?.message ?? message ?? 'It ended without a word.';
    default:
      return state satisfies never;
  }
}

function summaryOf({ matched, changed, refused }: ActionResult): string {
  const of = (count: number) => formatCount(count);
  return `${of(matched)} matched, ${of(changed)} changed, ${of(refused)} refused.`;
}

function Refusals({ refused, refusals }: ActionResult) {
  return (
    <div>
      <Text size="sm" fw={600} mb={4}>
        Refused
      </Text>
      <ul className={classes.refused}>
        {refusals.map(({ id, message }) => (
          <li key={id}>
            <PageLink to="/tasks/$id" params={{ id }} size="sm" className="mono">
              {id}
            </PageLink>{' '}
            {message}
          </li>
        ))}
      </ul>
      {refused > refusals.length && (
        <Text size="sm" c="dimmed" mt={4}>
          and {formatCount(refused - refusals.length)} more
        </Text>
      )}
    </div>
  );
}
