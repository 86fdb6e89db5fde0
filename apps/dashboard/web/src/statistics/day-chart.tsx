import '@mantine/charts/styles.css';
import type { DayFigures } from '@drover/core';
import { BarChart } from '@mantine/charts';
import { Table, Text } from '@mantine/core';
import { formatCount } from '../count.ts';
import { formatShare } from '../share.ts';
import { WideTable } from '../wide-table.tsx';
import { longDay, shortDay } from './calendar-day.ts';
import { ChartSection } from './chart-section.tsx';
import { fillOf, Patterns, Swatch } from './patterns.tsx';

const series = [
  { name: 'completed', label: 'Completed', color: 'var(--chart-done)' },
  { name: 'failed', label: 'Failed', color: 'var(--chart-error)' },
  { name: 'cancelled', label: 'Cancelled', color: 'var(--chart-cancelled)' },
] as const;

/** How many tasks ended on each day, and how. */
export function DayChart({ days }: { days: DayFigures[] }) {
  return (
    <ChartSection
      title="Tasks by day"
      summary={<Summary days={days} />}
      picture={<Picture days={days} />}
      table={<DayTable days={days} />}
    />
  );
}

function Summary({ days }: { days: DayFigures[] }) {
  const fullest = days.reduce((most, day) => (day.total > most.total ? day : most));
  return (
    <>
      {series.map(({ name, label }) => (
        <Text key={name} span size="sm" className="numbers">
          <Swatch kind={name} /> {label} <b>{formatCount(days.reduce((sum, day) => sum + day[name], 0))}</b>
        </Text>
      ))}
      {fullest.total > 0 && (
        <Text span size="sm" c="dimmed" className="numbers">
          Most on {longDay(fullest.date)}: {formatCount(fullest.total)}
        </Text>
      )}
    </>
  );
}

function Picture({ days }: { days: DayFigures[] }) {
  return (
    <>
      <Patterns />
      <BarChart
        h={230}
        data={days.map(({ date, completed, failed, cancelled }) => ({
          date: shortDay(date),
          completed,
          failed,
          cancelled,
        }))}
        dataKey="date"
        type="stacked"
        series={[...series]}
        gridAxis="x"
        tickLine="none"
        valueFormatter={formatCount}
        yAxisProps={{ allowDecimals: false, width: 44, domain: [0, 'auto'] }}
        xAxisProps={{ interval: 'preserveStartEnd', minTickGap: 24, tickMargin: 8 }}
        barChartProps={{ accessibilityLayer: false, barCategoryGap: '18%' }}
        barProps={({ name }) => ({ isAnimationActive: false, maxBarSize: 56, stroke: 'none', fill: fillOf(name) })}
      />
    </>
  );
}

const columns = [
  { name: 'Day' },
  { name: 'Enqueued', isNumber: true },
  { name: 'Completed', isNumber: true },
  { name: 'Failed', isNumber: true },
  { name: 'Cancelled', isNumber: true },
  { name: 'Failure rate', isNumber: true },
  { name: 'Executions', isNumber: true },
];

/** The newest day first. */
function DayTable({ days }: { days: DayFigures[] }) {
  return (
    <WideTable label="Tasks by day" minWidth={640} columns={columns}>
      {[...days].reverse().map((day) => (
        <Table.Tr key={day.date}>
          <Table.Th scope="row">{longDay(day.date)}</Table.Th>
          <Table.Td ta="right">{formatCount(day.enqueued)}</Table.Td>
          <Table.Td ta="right">{formatCount(day.completed)}</Table.Td>
          <Table.Td ta="right">{formatCount(day.failed)}</Table.Td>
          <Table.Td ta="right">{formatCount(day.cancelled)}</Table.Td>
          <Table.Td ta="right">{formatShare(day.failed, day.completed + day.failed)}</Table.Td>
          <Table.Td ta="right">{formatCount(day.executions)}</Table.Td>
        </Table.Tr>
      ))}
    </WideTable>
  );
}
