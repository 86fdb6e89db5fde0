import type { Flow } from '@drover/core';
import { Announcer } from '../../announcer.tsx';
import { flowLooks } from '../flow-looks.ts';

/** Tells screen readers when the state changes, and every quarter of the tasks; not every task. */
export function FlowAnnouncer({ flow }: { flow: Flow }) {
  return <Announcer said={describe(flow)} />;
}

function describe({ state, progress, attention }: Flow): string {
  const quarter = Math.floor(progress.percent / 25) * 25;
  const parts = [`State: ${flowLooks[state].label}`];
  if (state === 'running' && quarter > 0) parts.push(`${quarter} percent`);
  if (attention > 0) parts.push(`${attention} need attention`);
  return parts.join(', ');
}
