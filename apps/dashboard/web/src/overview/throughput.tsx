import '@mantine/charts/styles.css';
import type { Overview } from '@drover/core';
import { BarChart } from '@mantine/charts';
import { Group, Text } from '@mantine/core';
import { counted } from '../count.ts';

const time = new Intl.DateTimeFormat('en-GB', { hour: '2-digit', minute: '2-digit' });

const series = [
  { name: 'done', label: 'Ended well', color: 'var(--chart-done)' },
  { name: 'error', label: 'Failed', color: 'var(--chart-error)' },
];

/** Executions a minute over the last hour. The sentence above says the same to those who do not see the picture. */
export default function Throughput({ minutes }: { minutes: Overview['throughput'] }) {
  const done = minutes.reduce((sum, minute) => sum + minute.done, 0);
  const error = minutes.reduce((sum, minute) => sum + minute.error, 0);
  const peak = minutes.reduce((most, minute) => Math.max(most, minute.done + minute.error), 0);
  const data = minutes.map((minute) => ({ ...minute, at: time.format(new Date(minute.at)) }));
  return (
    <>
      <Group gap="lg" mb="sm">
        {series.map(({ name, label, color }) => (
          <Text key={name} size="sm" className="numbers">
            <span style={{ color }} aria-hidden>
              ■
            </span>{' '}
            {label} <b>{name === 'done' ? done : error}</b>
          </Text>
        ))}
        <Text size="sm" c="dimmed" className="numbers">
          At most {counted(peak, 'execution')} a minute
        </Text>
      </Group>
      <div aria-hidden>
        <BarChart
          h={180}
          data={data}
          dataKey="at"
          type="stacked"
          series={series}
          gridAxis="x"
          tickLine="none"
          withYAxis
          yAxisProps={{ allowDecimals: false, width: 32, domain: [0, (most: number) => Math.max(4, most)] }}
          xAxisProps={{ interval: 14, tickMargin: 8 }}
          barChartProps={{ accessibilityLayer: false, barCategoryGap: '12%' }}
          barProps={{ isAnimationActive: false }}
        />
      </div>
    </>
  );
}
