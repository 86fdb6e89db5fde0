import '@mantine/charts/styles.css';
import type { DayFigures } from '@drover/core';
import { LineChart } from '@mantine/charts';
import { Table, Text } from '@mantine/core';
import { formatDuration } from '../duration.ts';
import { WideTable } from '../wide-table.tsx';
import { longDay, shortDay } from './calendar-day.ts';
import { ChartSection } from './chart-section.tsx';
import { formatSeconds } from './seconds.ts';
import classes from './statistics.module.css';

const series = [
  { name: 'p50Seconds', label: 'p50', means: 'half took no longer', color: 'var(--chart-p50)', strokeDasharray: '0' },
  { name: 'p95Seconds', label: 'p95', means: '95 of 100', color: 'var(--chart-p95)', strokeDasharray: '7 4' },
  { name: 'p99Seconds', label: 'p99', means: '99 of 100', color: 'var(--chart-p99)', strokeDasharray: '2 4' },
] as const;

/** How long executions took on each day. */
export function DurationChart({ days }: { days: DayFigures[] }) {
  return (
    <ChartSection
      title="Duration by day"
      summary={<Summary days={days} />}
      picture={<Picture days={days} />}
      table={<DurationTable days={days} />}
    />
  );
}

function Summary({ days }: { days: DayFigures[] }) {
  const last = days.findLast(({ executions }) => executions > 0);
  return (
    <>
      {series.map(({ name, label, means, color, strokeDasharray }) => (
        <Text key={name} span size="sm" className="numbers">
          <svg width="26" height="10" className={classes.swatch} aria-hidden="true">
            <line x1="1" x2="25" y1="5" y2="5" stroke={color} strokeWidth="2.5" strokeDasharray={strokeDasharray} />
          </svg>{' '}
          {label} <span className={classes.means}>({means})</span>
        </Text>
      ))}
      {last !== undefined && (
        <Text span size="sm" c="dimmed" className="numbers">
          On {longDay(last.date)}: {series.map(({ name }) => formatSeconds(last[name])).join(' · ')}
        </Text>
      )}
    </>
  );
}

function Picture({ days }: { days: DayFigures[] }) {
  return (
    <LineChart
      h={230}
      data={days.map(({ date, p50Seconds, p95Seconds, p99Seconds }) => ({
        date: shortDay(date),
        p50Seconds,
        p95Seconds,
        p99Seconds,
      }))}
      dataKey="date"
      series={series.map(({ means: _, ...line }) => line)}
      curveType="linear"
      connectNulls={false}
      gridAxis="x"
      tickLine="none"
      strokeWidth={2}
      dotProps={{ r: days.length > 31 ? 1.5 : 3, strokeDasharray: '0' }}
      valueFormatter={formatDuration}
      yAxisProps={{ width: 64, domain: [0, 'auto'], tickFormatter: formatTick }}
      xAxisProps={{ interval: 'preserveStartEnd', minTickGap: 24, tickMargin: 8, padding: { left: 16, right: 16 } }}
      lineChartProps={{ accessibilityLayer: false }}
      lineProps={{ isAnimationActive: false }}
    />
  );
}

function formatTick(seconds: number): string {
  return seconds === 0 ? '0' : formatDuration(seconds);
}

const columns = [
  { name: 'Day' },
  { name: 'Executions', isNumber: true },
  { name: 'Average', isNumber: true },
  { name: 'p50', isNumber: true },
  { name: 'p95', isNumber: true },
  { name: 'p99', isNumber: true },
  { name: 'Wait p50', isNumber: true },
  { name: 'Wait p95', isNumber: true },
];

/** The newest day first. */
function DurationTable({ days }: { days: DayFigures[] }) {
  return (
    <WideTable label="Duration by day" minWidth={700} columns={columns}>
      {[...days].reverse().map((day) => (
        <Table.Tr key={day.date}>
          <Table.Th scope="row">{longDay(day.date)}</Table.Th>
          <Table.Td ta="right">{day.executions}</Table.Td>
          <Table.Td ta="right">{formatSeconds(day.averageSeconds)}</Table.Td>
          {series.map(({ name }) => (
            <Table.Td key={name} ta="right">
              {formatSeconds(day[name])}
            </Table.Td>
          ))}
          <Table.Td ta="right">{formatSeconds(day.waitP50Seconds)}</Table.Td>
          <Table.Td ta="right">{formatSeconds(day.waitP95Seconds)}</Table.Td>
        </Table.Tr>
      ))}
    </WideTable>
  );
}
