import type { Job } from '@drover/core';
import { type Fact, FactList } from '../../fact-list.tsx';
import { Moment } from '../../moment.tsx';
import { Section } from '../../section.tsx';
import classes from '../jobs.module.css';
import { parametersText } from './parameters-text.ts';

/** What is said of it, a line each; what it has not is left out. */
export function Definition({ job }: { job: Job }) {
  const { module, stopsOnError, timeZone = 'UTC', condition, company, updatedBy, version } = job;
  const facts: Fact[] = [
    ['Module', module],
    ['On error', stopsOnError ? 'The first line that fails stops the run.' : 'The next lines run all the same.'],
    [
      'Condition',
      condition && (
        <span key="condition">
          {condition.model}.{condition.method}
          {parametersText(condition) !== '' && <pre className={classes.parameters}>{parametersText(condition)}</pre>}
        </span>
      ),
    ],
    ['Time zone', timeZone.replaceAll('_', ' ')],
    ['Company', company ?? 'None: it is global.'],
    ['Created', <Moment key="created" at={job.createdAt} isAbsolute />],
    [
      'Changed',
      version > 1 && (
        <span key="changed">
          <Moment at={job.updatedAt} isAbsolute />
          {updatedBy !== undefined && ` by ${updatedBy.name}`}
        </span>
      ),
    ],
  ];
  return (
    <Section title="Definition">
      <FactList facts={facts} labelWidth={5.5} />
    </Section>
  );
}
