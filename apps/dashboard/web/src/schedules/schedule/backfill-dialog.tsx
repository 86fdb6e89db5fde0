import { DroverError } from '@drover/client';
import { type BackfillResult, limits, type Schedule } from '@drover/core';
import { Button, Group, Modal, SimpleGrid, Stack, Text } from '@mantine/core';
import { useMutation, useQueryClient } from '@tanstack/react-query';
import { type FormEvent, useState } from 'react';
import { cluster } from '../../cluster.ts';
import { counted } from '../../count.ts';
import { isUnder, messageOf } from '../../fault.ts';
import { PageLink } from '../../page-link.tsx';
import { ProblemNotice } from '../../problem.tsx';
import { TimeInput } from '../../time-input.tsx';
import { FireLine } from '../next-fires.tsx';
import { instantIn, localIn } from '../zoned-time.ts';
import classes from './schedule-page.module.css';

type Props = { schedule: Schedule; onClose: () => void };
type Range = { from: string | null; to: string | null };

const dayMs = 86_400_000;

/** Makes the tasks of a time that has gone by: first which they would be, then the tasks. */
export function BackfillDialog({ schedule, onClose }: Props) {
  const { id, name, timeZone } = schedule;
  const [range, setRange] = useState<Range>(() => lastDay(timeZone, Date.now()));
  const queryClient = useQueryClient();
  const bounds = { from: instantOf(range.from, timeZone), to: instantOf(range.to, timeZone) };
  const look = useMutation({ mutationFn: () => cluster.schedules.backfill(id, { ...bounds, dryRun: true }) });
  const make = useMutation({
    mutationFn: () => cluster.schedules.backfill(id, { ...bounds, dryRun: false }),
    onSuccess: () => {
      for (const key of ['schedule', 'schedules', 'schedule-fires']) {
        void queryClient.invalidateQueries({ queryKey: [key] });
      }
    },
  });
  const change = (change: Partial<Range>) => {
    setRange({ ...range, ...change });
    look.reset();
    make.reset();
  };
  const error = make.error ?? look.error;
  const faults = error instanceof DroverError ? error.faults : [];
  const areAtFields = faults.length > 0 && faults.every((fault) => isUnder(fault, 'from') || isUnder(fault, 'to'));
  const shown = make.data ?? look.data;
  const submit = (event: FormEvent) => {
    event.preventDefault();
    make.reset();
    look.mutate();
  };
  const zone = timeZone.replaceAll('_', ' ');
  return (
    <Modal opened onClose={onClose} title={`Backfill ${name}`} size="lg">
      <form onSubmit={submit} noValidate>
        <Stack gap="md">
          <Text size="sm">
            Makes a task for each time of its rule that has gone by and has none, of at most {limits.backfillFires}.
            They run as soon as workers are free.
          </Text>
          <SimpleGrid cols={{ base: 1, xs: 2 }}>
            <TimeInput
              label="From"
              description={`In ${zone}.`}
              value={range.from}
              error={messageOf(faults, 'from')}
              onChange={(from) => change({ from })}
            />
            <TimeInput
              label="Before"
              description={`In ${zone}; not later than now.`}
              value={range.to}
              error={messageOf(faults, 'to')}
              onChange={(to) => change({ to })}
            />
          </SimpleGrid>
          {error !== null && !areAtFields && <ProblemNotice error={error} />}
          {shown !== undefined && <Fires result={shown} />}
          <Group justify="flex-end" gap="xs">
            <Button variant="default" onClick={onClose}>
              {make.data === undefined ? 'Not now' : 'Close'}
            </Button>
            {look.data === undefined ? (
              <Button type="submit" loading={look.isPending}>
                Show what it would make
              </Button>
            ) : (
              make.data === undefined && (
                <Button
                  key="make"
                  loading={make.isPending}
                  disabled={look.data.created === 0}
                  onClick={() => make.mutate()}
                >
                  Make {counted(look.data.created, 'task')}
                </Button>
              )
            )}
          </Group>
        </Stack>
      </form>
    </Modal>
  );
}

/** Each time of the range, and what is made of it. */
function Fires({ result: { dryRun, created, fires } }: { result: BackfillResult }) {
  return (
    <div>
      <Text size="sm" fw={600} role="status" mb={6}>
        {dryRun ? `It would make ${counted(created, 'task')}` : `${counted(created, 'task')} made`}
        {fires.length > created && `; ${counted(fires.length - created, 'time')} had a task already`}
        {fires.length === 0 && ': its rule has no times in this range'}.
      </Text>
      {fires.length > 0 && (
        // biome-ignore lint/a11y/noNoninteractiveTabindex: what scrolls must be reachable by keyboard (WCAG 2.1.1).
        <ol className={classes.backfill} aria-label="Fires of the range" tabIndex={0}>
          {fires.map((fire) => (
            <FireLine key={fire.at} fire={fire}>
              {fire.taskId === undefined ? (
                fire.isKnown ? (
                  'has its task'
                ) : (
                  'new'
                )
              ) : (
                <PageLink
                  to="/tasks/$id"
                  params={{ id: fire.taskId }}
                  size="sm"
                  aria-label={`The task of ${fire.local}`}
                >
                  {fire.isKnown ? 'had this task' : 'its task'}
                </PageLink>
              )}
            </FireLine>
          ))}
        </ol>
      )}
    </div>
  );
}

/** The day that has gone by until now, to the minute. */
function lastDay(timeZone: string, now: number): Range {
  const to = Math.floor(now / 60_000) * 60_000;
  const local = (at: number) => localIn(new Date(at).toISOString(), timeZone);
  return { from: local(to - dayMs), to: local(to) };
}

/** What is not filled in is left to the API to refuse. */
function instantOf(local: string | null, timeZone: string): string {
  return local === null ? '' : instantIn(local, timeZone);
}
