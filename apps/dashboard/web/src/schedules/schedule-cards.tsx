import { Card, CardFact, CardFacts, Cards } from '../cards.tsx';
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
import type { RowsProps } from './schedule-table.tsx';
import classes from './schedules.module.css';

/** The same as the table, for narrow screens. */
export function ScheduleCards({ schedules, onAct }: RowsProps) {
  return (
    <Cards label="Schedules">
      {schedules.map((schedule) => (
        <Card
          key={schedule.id}
          title={<ScheduleLink schedule={schedule} />}
          aside={
            onAct !== undefined && <ScheduleMenu schedule={schedule} onAct={(action) => onAct(action, schedule)} />
          }
        >
          <div>
            <ScheduleNote schedule={schedule} />
          </div>
          <ScheduleBadges schedule={schedule} />
          <PauseNote schedule={schedule} />
          <CardFacts className={classes.facts}>
            <CardFact name="Last">
              <LastFire fire={schedule.lastFire} />
            </CardFact>
            <CardFact name="Next">
              <NextFire schedule={schedule} />
              <NextTime schedule={schedule} />
            </CardFact>
            <CardFact name="Owner">
              <Owner owner={schedule.owner} />
            </CardFact>
            <CardFact name="Company">{schedule.company}</CardFact>
          </CardFacts>
        </Card>
      ))}
    </Cards>
  );
}
