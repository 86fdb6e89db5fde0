import type { Job } from '@drover/core';
import { Text } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { PageLink } from '../../page-link.tsx';
import { QueryPart } from '../../query-part.tsx';
import { NextFire } from '../../schedules/schedule-facts.tsx';
import { Section } from '../../section.tsx';
import { useMay } from '../../session/session.ts';
import { schedulesOfJobQuery } from '../job-queries.ts';
import classes from '../jobs.module.css';

/** The schedules that run it, and when they do next. */
export function SchedulesPanel({ job }: { job: Job }) {
  const query = useQuery(schedulesOfJobQuery(job.id));
  const isAdmin = useMay('admin');
  return (
    <Section
      title="Schedules"
      aside={
        isAdmin && (
          <PageLink to="/schedules/new" search={{ job: job.id }} size="sm">
            Schedule it
          </PageLink>
        )
      }
    >
      <QueryPart query={query}>
        {(schedules) =>
          schedules.length === 0 ? (
            <Text size="sm" c="dimmed">
              No schedule runs it: it runs by hand only.
            </Text>
          ) : (
            <ul className={classes.plain}>
              {schedules.map((schedule) => (
                <li key={schedule.id}>
                  <PageLink to="/schedules/$id" params={{ id: schedule.id }} className={classes.wrap}>
                    {schedule.name}
                  </PageLink>
                  <span className={classes.aside}>
                    <span>{schedule.sentence}</span>
                    {schedule.nextFireAt !== null && (
                      <span>
                        next <NextFire schedule={schedule} />
                      </span>
                    )}
                  </span>
                </li>
              ))}
            </ul>
          )
        }
      </QueryPart>
    </Section>
  );
}
