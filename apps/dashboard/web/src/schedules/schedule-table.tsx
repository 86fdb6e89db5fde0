import type { Schedule } from '@drover/core';
import { Table } from '@mantine/core';
import { Nothing } from '../nothing.tsx';
import { type Column, WideTable } from '../wide-table.tsx';
import type { ScheduleAction } from './schedule-actions.ts';
import {
  LastFire,
  NextFire,
  NextTime,
  Owner,
  PauseNote,
  ScheduleBadges,
  ScheduleLink,
  ScheduleNote,
} from './schedule-facts.tsx';
import { ScheduleMenu } from './schedule-menu.tsx';
import classes from './schedules.module.css';

export type RowsProps = {
  schedules: Schedule[];
  /** None for people who may change nothing. */
  onAct: ((action: ScheduleAction, schedule: Schedule) => void) | undefined;
};

export function ScheduleTable({ schedules, onAct }: RowsProps) {
  const hasCompanies = schedules.some(({ company }) => company !== undefined);
  return (
    <WideTable label="Schedules" minWidth={900} columns={columnsOf(hasCompanies, onAct !== undefined)}>
      {schedules.map((schedule) => (
        <Table.Tr key={schedule.id}>
          <Table.Th scope="row" className={classes.name}>
            <ScheduleLink schedule={schedule} />
            <ScheduleNote schedule={schedule} />
          </Table.Th>
          <Table.Td>
            <ScheduleBadges schedule={schedule} />
            <PauseNote schedule={schedule} />
          </Table.Td>
          <Table.Td>
            <LastFire fire={schedule.lastFire} />
          </Table.Td>
          <Table.Td className={classes.line}>
            <NextFire schedule={schedule} />
            <NextTime schedule={schedule} />
          </Table.Td>
          <Table.Td>
            <Owner owner={schedule.owner} />
          </Table.Td>
          {hasCompanies && <Table.Td className={classes.company}>{schedule.company ?? <Nothing />}</Table.Td>}
          {onAct !== undefined && (
            <Table.Td ta="right">
              <ScheduleMenu schedule={schedule} onAct={(action) => onAct(action, schedule)} />
            </Table.Td>
          )}
        </Table.Tr>
      ))}
    </WideTable>
  );
}

function columnsOf(hasCompanies: boolean, hasActions: boolean): Column[] {
  return [
    { name: 'Schedule' },
    { name: 'State' },
    { name: 'Last fire' },
    { name: 'Next fire' },
    { name: 'Owner' },
    ...(hasCompanies ? [{ name: 'Company' }] : []),
    ...(hasActions ? [{ name: 'Actions', isHidden: true }] : []),
  ];
}
