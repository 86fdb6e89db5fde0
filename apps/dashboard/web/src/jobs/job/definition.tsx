import type { Job } from '@drover/core';
import { DataList } from '@mantine/core';
import type { ReactNode } from 'react';
import { Moment } from '../../moment.tsx';
import { Section } from '../../section.tsx';
import classes from '../jobs.module.css';
import { parametersText } from './parameters-text.ts';

/** What is said of it, a line each; what it has not is left out. */
export function Definition({ job }: { job: Job }) {
  const { module, stopsOnError, timeZone = 'UTC', condition, company, updatedBy, version } = job;
  const facts: [name: string, value: ReactNode][] = [
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
      <DataList labelWidth="5.5rem" gap={6} className={classes.definition}>
        {facts.map(([name, value]) =>
          value === undefined || value === '' || value === false ? null : (
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
