import { type Entry, firing, type Minute } from './fires.ts';
import { type Quarter, quarterAt } from './zoned-day.ts';

/** A week as a table: its days, and what the clock shows as their hours. */

export type Cell = {
  hour: number;
  /** Of schedules that are not paused. */
  fires: number;
  /** What fires in it; what is paused comes last. */
  entries: Entry[];
  /** Its fullest minute: so many schedules at once. */
  atOnce: number;
  /** How much of an hour the clock of the day shows it: 0 where it is put forward, 2 where it is put back. */
  length: number;
  /** How full it is beside the fullest of the week: 0 is empty, 4 the fullest. */
  level: number;
};

export type WeekDay = { date: string; fires: number; cells: Cell[] };

/** A week with few fires is pale: so many in an hour make it full. */
const fullFires = 8;
export const fullLevel = 4;

export function weekOf(dates: readonly string[], quarters: readonly Quarter[], minutes: readonly Minute[]): WeekDay[] {
  const found = new Map<string, Minute[]>();
  for (const minute of minutes) {
    const quarter = quarterAt(quarters, minute.at);
    if (quarter === undefined) continue;
    const key = `${quarter.date} ${quarter.hour}`;
    const known = found.get(key);
    if (known === undefined) found.set(key, [minute]);
    else known.push(minute);
  }
  const lengths = new Map<string, number>();
  for (const { date, hour } of quarters) {
    const key = `${date} ${hour}`;
    lengths.set(key, (lengths.get(key) ?? 0) + 0.25);
  }
  const days = dates.map((date) => {
    const cells = Array.from({ length: 24 }, (_, hour) => {
      const key = `${date} ${hour}`;
      return { ...cellOf(hour, found.get(key) ?? []), length: lengths.get(key) ?? 0 };
    });
    return { date, cells, fires: cells.reduce((sum, { fires }) => sum + fires, 0) };
  });
  return withLevels(days);
}

function cellOf(hour: number, minutes: readonly Minute[]): Omit<Cell, 'length' | 'level'> {
  const entries = new Set(minutes.flatMap((minute) => minute.entries.map(({ entry }) => entry)));
  return {
    hour,
    fires: minutes.reduce((sum, { fires }) => sum + fires, 0),
    entries: [...entries].sort((a, b) => Number(a.isPaused) - Number(b.isPaused)),
    atOnce: minutes.reduce((most, minute) => Math.max(most, firing(minute).length), 0),
  };
}

type Unlevelled = Omit<WeekDay, 'cells'> & { cells: Omit<Cell, 'level'>[] };

function withLevels(days: Unlevelled[]): WeekDay[] {
  const most = days.flatMap(({ cells }) => cells).reduce((high, { fires }) => Math.max(high, fires), fullFires);
  return days.map((day) => ({
    ...day,
    cells: day.cells.map((cell) => ({ ...cell, level: Math.ceil((fullLevel * cell.fires) / most) })),
  }));
}
