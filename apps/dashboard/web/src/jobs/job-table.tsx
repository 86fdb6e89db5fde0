import type { Job } from '@drover/core';
import { Table } from '@mantine/core';
import { Badge } from '../badge.tsx';
import { Nothing } from '../nothing.tsx';
import { type Column, WideTable } from '../wide-table.tsx';
import { JobLink, JobNote, LastRun, LineCount } from './job-facts.tsx';
import { activeLook } from './job-looks.ts';
import { JobMenu } from './job-menu.tsx';
import classes from './jobs.module.css';

export type RowsProps = {
  jobs: Job[];
  /** None for people who may run nothing. */
  onRun: ((job: Job) => void) | undefined;
};

export function JobTable({ jobs, onRun }: RowsProps) {
  const hasCompanies = jobs.some(({ company }) => company !== undefined);
  const hasModules = jobs.some(({ module }) => module !== undefined);
  return (
    <WideTable label="Jobs" minWidth={820} columns={columnsOf(hasModules, hasCompanies, onRun !== undefined)}>
      {jobs.map((job) => (
        <Table.Tr key={job.id}>
          <Table.Th scope="row" className={classes.name}>
            <JobLink job={job} />
            <JobNote job={job} />
          </Table.Th>
          {hasModules && <Table.Td className={classes.company}>{job.module ?? <Nothing />}</Table.Td>}
          <Table.Td>
            <Badge look={activeLook(job)} />
          </Table.Td>
          <Table.Td className={classes.line}>
            <LineCount job={job} />
          </Table.Td>
          <Table.Td>
            <LastRun run={job.lastRun} />
          </Table.Td>
          {hasCompanies && <Table.Td className={classes.company}>{job.company ?? <Nothing />}</Table.Td>}
          {onRun !== undefined && (
            <Table.Td ta="right">
              <JobMenu job={job} onRun={() => onRun(job)} />
            </Table.Td>
          )}
        </Table.Tr>
      ))}
    </WideTable>
  );
}

function columnsOf(hasModules: boolean, hasCompanies: boolean, hasActions: boolean): Column[] {
  return [
    { name: 'Job' },
    ...(hasModules ? [{ name: 'Module' }] : []),
    { name: 'State' },
    { name: 'Lines' },
    { name: 'Last run' },
    ...(hasCompanies ? [{ name: 'Company' }] : []),
    ...(hasActions ? [{ name: 'Actions', isHidden: true }] : []),
  ];
}
