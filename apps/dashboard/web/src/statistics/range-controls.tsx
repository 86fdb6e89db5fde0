import type { StatisticsGrouping } from '@drover/core';
import { SegmentedControl } from '@mantine/core';
import { getRouteApi } from '@tanstack/react-router';
import { counted } from '../count.ts';
import { ZoneSelect } from '../zone-select.tsx';
import classes from './statistics.module.css';
import { ranges, type StatisticsSearch, usualDays } from './statistics-search.ts';

const route = getRouteApi('/inside/statistics');

type Props = { days: number; zone: string; by: StatisticsGrouping; canGroupByCompany: boolean };

/** How many days, what a day is, and by what the table is grouped. */
export function RangeControls({ days, zone, by, canGroupByCompany }: Props) {
  const navigate = route.useNavigate();
  const set = (change: Partial<StatisticsSearch>) =>
    void navigate({ search: (before) => ({ ...before, ...change }), resetScroll: false });
  const lengths = [...new Set<number>([...ranges, days])].sort((a, b) => a - b);
  const groupings = (['method', 'queue', 'company'] as const).filter(
    (grouping) => grouping !== 'company' || canGroupByCompany,
  );
  return (
    <div className={classes.controls}>
      <SegmentedControl
        aria-label="Range"
        size="xs"
        value={String(days)}
        data={lengths.map((length) => ({ value: String(length), label: counted(length, 'day') }))}
        onChange={(chosen) => set({ days: Number(chosen) === usualDays ? undefined : Number(chosen) })}
      />
      <SegmentedControl
        aria-label="Grouped by"
        size="xs"
        value={by}
        data={groupings.map((grouping) => ({ value: grouping, label: `By ${grouping}` }))}
        onChange={(chosen) => set({ by: chosen === 'method' ? undefined : (chosen as StatisticsGrouping) })}
      />
      <ZoneSelect zone={zone} onChange={(chosen) => set({ zone: chosen })} />
    </div>
  );
}
