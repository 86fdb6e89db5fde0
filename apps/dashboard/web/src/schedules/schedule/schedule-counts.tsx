import type { Schedule } from '@drover/core';
import {
  IconAlertTriangle,
  IconCircleCheck,
  IconCircleX,
  IconHourglass,
  IconListDetails,
  IconPlayerSkipForward,
} from '@tabler/icons-react';
import { formatCount } from '../../count.ts';
import { Figure, FigureLink, Figures } from '../../figures.tsx';

/** What came of it since it was created. What counts tasks leads to them. */
export function ScheduleCounts({ schedule }: { schedule: Schedule }) {
  const { id, counts, failuresInARow, pauseAfterFailures, queued, maxFires } = schedule;
  const none = counts.skipped + counts.missed + counts.failed;
  return (
    <Figures label="What came of it">
      <FigureLink
        to="/tasks"
        search={{ schedule: id }}
        label="Tasks made"
        icon={IconListDetails}
        tone="slate"
        value={formatCount(counts.tasks + counts.manual)}
        note={tasksNote(counts, maxFires)}
      />
      <FigureLink
        to="/tasks"
        search={{ schedule: id, state: 'done' }}
        label="Ended well"
        icon={IconCircleCheck}
        tone="green"
        value={formatCount(counts.done)}
        isQuiet={counts.done === 0}
      />
      <FigureLink
        to="/tasks"
        search={{ schedule: id, state: 'error' }}
        label="Ended badly"
        icon={IconCircleX}
        tone="red"
        value={formatCount(counts.error)}
        note={counts.error === 0 ? undefined : 'in error, or cancelled'}
        isQuiet={counts.error === 0}
      />
      <Figure
        label="Failures in a row"
        icon={IconAlertTriangle}
        tone="red"
        value={formatCount(failuresInARow)}
        note={pauseAfterFailures === undefined ? undefined : `pauses at ${formatCount(pauseAfterFailures)}`}
        isQuiet={failuresInARow === 0}
      />
      <Figure
        label="No task made"
        icon={IconPlayerSkipForward}
        tone="grey"
        value={formatCount(none)}
        note={noneNote(counts)}
        isQuiet={none === 0}
      />
      <Figure
        label="Queued fires"
        icon={IconHourglass}
        tone="indigo"
        value={formatCount(queued)}
        note={queued === 0 ? undefined : 'until the earlier task ends'}
        isQuiet={queued === 0}
      />
    </Figures>
  );
}

function tasksNote({ tasks, manual }: Schedule['counts'], maxFires: number | undefined): string | undefined {
  const byRule = maxFires === undefined ? formatCount(tasks) : `${formatCount(tasks)} of ${formatCount(maxFires)}`;
  if (manual === 0 && maxFires === undefined) return undefined;
  return `${byRule} by its rule${manual === 0 ? '' : `, ${formatCount(manual)} by hand`}`;
}

function noneNote({ skipped, missed, failed }: Schedule['counts']): string | undefined {
  const parts = Object.entries({ skipped, missed, failed }).filter(([, count]) => count > 0);
  return parts.length === 0 ? undefined : parts.map(([word, count]) => `${formatCount(count)} ${word}`).join(', ');
}
