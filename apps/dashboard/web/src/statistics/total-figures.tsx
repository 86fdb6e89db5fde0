import type { Figures as Counted } from '@drover/core';
import {
  IconAlertTriangle,
  IconCircleCheck,
  IconClockHour4,
  IconGauge,
  IconHourglass,
  IconPercentage,
} from '@tabler/icons-react';
import { counted, formatCount } from '../count.ts';
import { Figure, Figures } from '../figures.tsx';
import { formatShare } from '../share.ts';
import { formatSeconds } from './seconds.ts';

/** The whole range in six figures. */
export function TotalFigures({ total }: { total: Counted }) {
  const { completed, failed, cancelled, executions, retried } = total;
  return (
    <Figures label="All days together">
      <Figure
        label="Completed"
        icon={IconCircleCheck}
        tone="green"
        value={formatCount(completed)}
        note={`of ${formatCount(total.enqueued)} enqueued`}
        isQuiet={completed === 0}
      />
      <Figure
        label="Failed"
        icon={IconAlertTriangle}
        tone="red"
        value={formatCount(failed)}
        note={cancelled === 0 ? 'none cancelled' : `and ${formatCount(cancelled)} cancelled`}
        isQuiet={failed === 0}
      />
      <Figure
        label="Failure rate"
        icon={IconPercentage}
        tone="red"
        value={formatShare(failed, completed + failed)}
        note={`${formatCount(retried)} ${retried === 1 ? 'retry' : 'retries'}`}
        isQuiet={failed === 0}
      />
      <Figure
        label="Average time"
        icon={IconClockHour4}
        tone="indigo"
        value={formatSeconds(total.averageSeconds)}
        note={`of ${counted(executions, 'execution')}`}
        isQuiet={total.averageSeconds === null}
      />
      <Figure
        label="p95 of time"
        icon={IconGauge}
        tone="indigo"
        value={formatSeconds(total.p95Seconds)}
        note={`half within ${formatSeconds(total.p50Seconds)}`}
        isQuiet={total.p95Seconds === null}
      />
      <Figure
        label="p95 of waiting"
        icon={IconHourglass}
        tone="slate"
        value={formatSeconds(total.waitP95Seconds)}
        note={`half within ${formatSeconds(total.waitP50Seconds)}`}
        isQuiet={total.waitP95Seconds === null}
      />
    </Figures>
  );
}
