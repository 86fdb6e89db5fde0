import type { Flow } from '@drover/core';
import { VisuallyHidden } from '@mantine/core';
import { useEffect, useRef, useState } from 'react';
import { flowLooks } from '../flow-looks.ts';

/** Tells screen readers when the state changes, and every quarter of the tasks; not every task. */
export function FlowAnnouncer({ flow }: { flow: Flow }) {
  const said = describe(flow);
  const first = useRef(said);
  const [announced, setAnnounced] = useState('');
  useEffect(() => {
    if (said !== first.current) {
      first.current = '';
      setAnnounced(said);
    }
  }, [said]);
  return (
    <VisuallyHidden role="status" aria-live="polite">
      {announced}
    </VisuallyHidden>
  );
}

function describe({ state, progress, attention }: Flow): string {
  const quarter = Math.floor(progress.percent / 25) * 25;
  const parts = [`State: ${flowLooks[state].label}`];
  if (state === 'running' && quarter > 0) parts.push(`${quarter} percent`);
  if (attention > 0) parts.push(`${attention} need attention`);
  return parts.join(', ');
}
