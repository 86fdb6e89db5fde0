import { Button } from '@mantine/core';
import { useMemo, useState } from 'react';
import { formatCount } from '../../count.ts';
import { Section } from '../../section.tsx';
import classes from './calendar.module.css';
import { collisionsOf } from './fires.ts';
import { Names } from './names.tsx';
import { type Sheet, timesOf } from './sheet.ts';

type Props = {
  sheet: Sheet;
  /** So many are shown at first. */
  first: number;
};

/** Which schedules fire in the same minute, and when: the most at once first. */
export function Collisions({ sheet, first }: Props) {
  const [isWhole, setIsWhole] = useState(false);
  const collisions = useMemo(() => collisionsOf(sheet.minutes), [sheet]);
  if (collisions.length === 0) return null;
  const shown = isWhole ? collisions : collisions.slice(0, first);
  return (
    <Section title="At the same minute" isFlush>
      <ul className={classes.collisions}>
        {shown.map((collision) => (
          <li key={collision.minutes[0]}>
            <span className={classes.atOnce}>{formatCount(collision.entries.length)} at once</span>
            <div className={classes.collision}>
              <span className={classes.times}>{timesOf(sheet, collision.minutes)}</span>
              <Names items={collision.entries.map((entry) => ({ entry }))} />
            </div>
          </li>
        ))}
      </ul>
      {shown.length < collisions.length && (
        <Button variant="subtle" size="compact-sm" mx="0.7rem" mb="sm" onClick={() => setIsWhole(true)}>
          Show {formatCount(collisions.length - shown.length)} more
        </Button>
      )}
    </Section>
  );
}
