import type { Flow } from '@drover/core';
import { counted } from '../../count.ts';
import { type Fact, FactList } from '../../fact-list.tsx';
import { Moment } from '../../moment.tsx';
import { ScheduleName } from '../../schedules/schedule-name.tsx';
import { Section } from '../../section.tsx';
import classes from './flow-page.module.css';

/** What else is known about a flow, a line each; what it has not is left out. */
export function FlowSettings({ flow }: { flow: Flow }) {
  const { createdAt, finishedAt, job, schedule, user, company, tasks } = flow;
  const background = tasks.filter((task) => task.background).length;
  const facts: Fact[] = [
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
      <FactList facts={facts} labelWidth={6.5} />
    </Section>
  );
}
