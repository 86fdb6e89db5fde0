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
    <ul className={classes.cards} aria-label="Schedules">
      {schedules.map((schedule) => (
        <li key={schedule.id} className={classes.card}>
          <span className={classes.title}>
            <ScheduleLink schedule={schedule} />
            {onAct !== undefined && <ScheduleMenu schedule={schedule} onAct={(action) => onAct(action, schedule)} />}
          </span>
          <div>
            <ScheduleNote schedule={schedule} />
          </div>
          <ScheduleBadges schedule={schedule} />
          <PauseNote schedule={schedule} />
          <dl className={classes.facts}>
            <div>
              <dt>Last</dt>
              <dd>
                <LastFire fire={schedule.lastFire} />
              </dd>
            </div>
            <div>
              <dt>Next</dt>
              <dd>
                <NextFire schedule={schedule} />
                <NextTime schedule={schedule} />
              </dd>
            </div>
            <div>
              <dt>Owner</dt>
              <dd>
                <Owner owner={schedule.owner} />
              </dd>
            </div>
            {schedule.company !== undefined && (
              <div>
                <dt>Company</dt>
                <dd>{schedule.company}</dd>
              </div>
            )}
          </dl>
        </li>
      ))}
    </ul>
  );
}
