import type { ScheduleCalendar } from '@drover/core';
import { Button, Text } from '@mantine/core';
import { useState } from 'react';
import { Badge } from '../../badge.tsx';
import { formatCount } from '../../count.ts';
import { PageLink } from '../../page-link.tsx';
import { Section } from '../../section.tsx';
import { scheduleLooks } from '../schedule-looks.ts';
import classes from './calendar.module.css';

type Props = { dense: ScheduleCalendar['dense']; view: 'day' | 'week' };

const shownFirst = 20;

/** What fires so often that single fires cannot be told apart: it is named with its rule, and counted nowhere. */
export function DenseList({ dense, view }: Props) {
  const [isWhole, setIsWhole] = useState(false);
  const shown = isWhole ? dense : dense.slice(0, shownFirst);
  return (
    <Section title="Runs all the time" isFlush>
      <Text size="sm" c="dimmed" px="1.1rem">
        Too many fires in a {view} to be drawn. The figures above leave them out.
      </Text>
      <ul className={classes.dense}>
        {shown.map(({ id, name, state, sentence }) => (
          <li key={id}>
            <span className={classes.denseName}>
              <PageLink to="/schedules/$id" params={{ id }} size="sm" fw={600}>
                {name}
              </PageLink>
              {state !== 'active' && <Badge look={scheduleLooks[state]} />}
            </span>
            <span className={classes.sentence}>{sentence}</span>
          </li>
        ))}
      </ul>
      {shown.length < dense.length && (
        <Button variant="subtle" size="compact-sm" mx="0.7rem" mb="sm" onClick={() => setIsWhole(true)}>
          Show {formatCount(dense.length - shown.length)} more
        </Button>
      )}
    </Section>
  );
}
