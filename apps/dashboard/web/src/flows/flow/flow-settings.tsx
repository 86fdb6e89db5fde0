import type { Flow } from '@drover/core';
import { DataList } from '@mantine/core';
import type { ReactNode } from 'react';
import { counted } from '../../count.ts';
import { Moment } from '../../moment.tsx';
import { ScheduleName } from '../../schedules/schedule-name.tsx';
import { Section } from '../../section.tsx';
import classes from './flow-page.module.css';

/** What else is known about a flow, a line each; what it has not is left out. */
export function FlowSettings({ flow }: { flow: Flow }) {
  const { createdAt, finishedAt, job, schedule, user, company, tasks } = flow;
  const background = tasks.filter((task) => task.background).length;
  const facts: [name: string, value: ReactNode][] = [
    ['Created', <Moment key="created" at={createdAt} isAbsolute />],
    ['Ended', finishedAt && <Moment key="finished" at={finishedAt} isAbsolute />],
    ['Tasks', `${counted(tasks.length, 'task')}${background > 0 ? `, ${background} in the background` : ''}`],
    ['Job', job],
    ['Schedule', schedule && <ScheduleName key="schedule" id={schedule} className={classes.link} />],
    ['User', user],
    ['Company', company],
  ];
  return (
    <Section title="Facts">
      <DataList labelWidth="6.5rem" gap={6} className={classes.facts}>
        {facts.map(([name, value]) =>
          value === undefined || value === '' ? null : (
            <DataList.Item key={name}>
              <DataList.ItemLabel c="dimmed">{name}</DataList.ItemLabel>
              <DataList.ItemValue className="numbers">{value}</DataList.ItemValue>
            </DataList.Item>
          ),
        )}
      </DataList>
    </Section>
  );
}
