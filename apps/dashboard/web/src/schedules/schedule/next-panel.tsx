import type { Schedule } from '@drover/core';
import { Text } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { Lines } from '../../page-skeleton.tsx';
import { QueryPart } from '../../query-part.tsx';
import { Section } from '../../section.tsx';
import { NextFires } from '../next-fires.tsx';
import { nextFiresQuery } from '../schedule-queries.ts';

/** When it fires next, in its own zone. */
export function NextPanel({ schedule }: { schedule: Schedule }) {
  const { id, version, state, timing } = schedule;
  const query = useQuery(nextFiresQuery(id, version));
  if (state === 'finished') return null;
  return (
    <Section
      title="Next fires"
      aside={
        <Text size="sm" c="dimmed">
          {schedule.timeZone.replaceAll('_', ' ')}
        </Text>
      }
    >
      {state === 'unscheduled' && (
        <Text size="sm" c="dimmed" mb={4}>
          {timing === 'immediately'
            ? 'It fires when somebody reschedules it.'
            : 'It is unscheduled: none of these, until somebody reschedules it.'}
        </Text>
      )}
      {state === 'paused' && (
        <Text size="sm" c="dimmed" mb={4}>
          It is paused: those that come before it goes on make no task.
        </Text>
      )}
      {!(timing === 'immediately' && state === 'unscheduled') && (
        <QueryPart query={query} skeleton={<Lines count={3} />}>
          {({ fires }) => <NextFires fires={fires} />}
        </QueryPart>
      )}
    </Section>
  );
}
