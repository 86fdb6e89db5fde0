import { limits, type Task, type TaskActionPreview } from '@drover/core';
import { Button, Group, Skeleton, Stack, Text, Textarea } from '@mantine/core';
import { useMutation, useQuery } from '@tanstack/react-query';
import { useState } from 'react';
import { StateBadge } from '../badge.tsx';
import { cluster } from '../cluster.ts';
import { counted, formatCount } from '../count.ts';
import { Moment } from '../moment.tsx';
import { ProblemNotice } from '../problem.tsx';
import { QueryPart } from '../query-part.tsx';
import { chosenFilters } from '../search/filter-words.ts';
import type { AskedAction } from './action-dialog.tsx';
import { actionWords } from './action-words.ts';
import classes from './actions.module.css';

type Props = { asked: AskedAction; onStarted: (task: Task) => void; onClose: () => void };

/** The dry run, and the button that makes it true. */
export function ActionPreview({ asked, onStarted, onClose }: Props) {
  const [reason, setReason] = useState('');
  const { verb, isDangerous } = actionWords[asked.action];
  const preview = useQuery({
    queryKey: ['preview', asked],
    queryFn: ({ signal }) => cluster.actions.preview(asked, { signal }),
    // What it says must be so when it is read: never kept, and not asked again behind the person's back.
    gcTime: 0,
    staleTime: Number.POSITIVE_INFINITY,
  });
  const { mutate, isPending, error } = useMutation({
    mutationFn: () => cluster.actions.start({ ...asked, ...(reason.trim() === '' ? {} : { reason: reason.trim() }) }),
    onSuccess: onStarted,
  });
  const count = preview.data?.count ?? 0;
  const canStart = count > 0 || preview.data?.more === true;
  return (
    <Stack gap="md">
      <QueryPart query={preview} skeleton={<Skeleton height={180} aria-busy="true" />}>
        {(data) => <Outlook asked={asked} preview={data} />}
      </QueryPart>
      {canStart && (
        <Textarea
          label="Reason"
          description="Kept with each task. May be left out."
          autosize
          minRows={1}
          maxRows={5}
          maxLength={limits.commentLength}
          value={reason}
          onChange={({ currentTarget }) => setReason(currentTarget.value)}
        />
      )}
      {error !== null && <ProblemNotice error={error} />}
      <Group justify="flex-end" gap="xs">
        <Button variant="default" onClick={onClose} data-autofocus>
          Not now
        </Button>
        {canStart && (
          <Button color={isDangerous ? 'red.9' : 'meadow'} loading={isPending} onClick={() => mutate()}>
            {verb} {preview.data?.more === true ? 'all that match' : counted(count, 'task')}
          </Button>
        )}
      </Group>
    </Stack>
  );
}

function Outlook({ asked, preview }: { asked: AskedAction; preview: TaskActionPreview }) {
  const { would, follows } = actionWords[asked.action];
  const { count, more, samples } = preview;
  return (
    <Stack gap="sm">
      {asked.ids === undefined && <Matching asked={asked} />}
      <Text size="sm" role="status">
        {count === 0 && !more ? (
          'None of them is in a state that allows it.'
        ) : (
          <>
            <b>
              {more && 'At least '}
              {counted(count, 'task')}
            </b>{' '}
            {would}. {follows}
          </>
        )}
        <Others asked={asked} preview={preview} />
      </Text>
      {samples.length > 0 && (
        <div>
          <ul className={classes.samples} aria-label="The newest of them">
            {samples.map((task) => (
              <li key={task.id}>
                <span className={classes.name}>{task.name}</span>
                <StateBadge state={task.state} />
                <Text span size="xs" c="dimmed">
                  {task.queue}, created <Moment at={task.createdAt} />
                </Text>
              </li>
            ))}
          </ul>
          {count > samples.length && (
            <Text size="sm" c="dimmed" mt={6} className="numbers">
              and {formatCount(count - samples.length)} more, older ones
            </Text>
          )}
        </div>
      )}
    </Stack>
  );
}

function Others({ asked: { ids }, preview: { count, more } }: { asked: AskedAction; preview: TaskActionPreview }) {
  if (more) {
    return (
      <> For this count, {formatCount(limits.searchTasks)} tasks were looked through; the action looks through all.</>
    );
  }
  const others = ids === undefined || count === 0 ? 0 : ids.length - count;
  return others > 0 && <> The other {others === 1 ? 'one does' : `${others} do`} not allow it and are left alone.</>;
}

/** What "all that match" means, said once more where it counts. */
function Matching({ asked: { filter } }: { asked: AskedAction }) {
  return (
    <ul className={classes.matching} aria-label="What they match">
      {chosenFilters(filter).map(({ field, label, value }) => (
        <li key={field}>
          {label}: <b>{value}</b>
        </li>
      ))}
    </ul>
  );
}
