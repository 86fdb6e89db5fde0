import type { MonitorFigures as Monitor } from '@drover/core';
import {
  IconAlertTriangle,
  IconClockHour4,
  IconHandStop,
  IconHourglass,
  IconLoader2,
  IconServer2,
} from '@tabler/icons-react';
import { formatCount } from '../count.ts';
import { formatDuration } from '../duration.ts';
import { FigureLink, Figures } from '../figures.tsx';
import { formatShare } from '../share.ts';

/** How the cluster is, in six figures; each leads to what it counts. */
export function MonitorFigures({ figures }: { figures: Monitor }) {
  const { activeTasks, queueSize, scheduledTasks, attentionTasks, failedTasks, completedTasks, averageSeconds } =
    figures;
  const { running } = figures.workers;
  return (
    <Figures label="The cluster now">
      <FigureLink
        to="/tasks"
        search={{ state: 'running' }}
        label="Active tasks"
        icon={IconLoader2}
        tone="blue"
        value={formatCount(activeTasks)}
        isQuiet={activeTasks === 0}
      />
      <FigureLink
        to="/tasks"
        search={{ state: 'error' }}
        label="Failed, last 24 h"
        icon={IconAlertTriangle}
        tone="red"
        value={formatCount(failedTasks)}
        note={failureNote(failedTasks, completedTasks)}
        isQuiet={failedTasks === 0}
      />
      <FigureLink
        to="/statistics"
        label="Average time"
        icon={IconClockHour4}
        tone="indigo"
        value={averageSeconds === null ? '–' : formatDuration(averageSeconds)}
        note="in the last 24 h"
        isQuiet={averageSeconds === null}
      />
      <FigureLink
        to="/workers"
        label="Workers running"
        icon={IconServer2}
        tone="green"
        value={formatCount(running)}
        note={workersNote(figures.workers)}
        isQuiet={running === 0}
      />
      <FigureLink
        to="/tasks"
        search={{ state: 'waiting' }}
        label="Queue size"
        icon={IconHourglass}
        tone="slate"
        value={formatCount(queueSize)}
        note={scheduledTasks > 0 ? `and ${formatCount(scheduledTasks)} scheduled` : undefined}
        isQuiet={queueSize === 0}
      />
      <FigureLink
        to="/attention"
        label="Need attention"
        icon={IconHandStop}
        tone="amber"
        value={formatCount(attentionTasks)}
        isQuiet={attentionTasks === 0}
      />
    </Figures>
  );
}

function failureNote(failed: number, completed: number): string {
  const ended = failed + completed;
  return ended === 0 ? 'none ended' : `${formatShare(failed, ended)} of ${formatCount(ended)} ended`;
}

/** Those that are not as they should be, by state. */
function workersNote({ running, quiet, stopping, lost }: Monitor['workers']): string | undefined {
  const others = Object.entries({ quiet, stopping, lost }).filter(([, count]) => count > 0);
  if (others.length > 0) return others.map(([state, count]) => `${formatCount(count)} ${state}`).join(' · ');
  return running === 0 ? 'nobody takes tasks' : undefined;
}
