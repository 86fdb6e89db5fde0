import type { Schedule } from '@drover/core';
import { Text } from '@mantine/core';
import { IconCode, IconPlayerPause } from '@tabler/icons-react';
import { Moment } from '../../moment.tsx';
import { Notice } from '../../notice.tsx';
import classes from './schedule-page.module.css';

/** Who paused it, why, and until when. */
export function PauseNotice({ schedule: { state, pause } }: { schedule: Schedule }) {
  if (state !== 'paused' || pause === undefined) return null;
  return (
    <Notice
      role="note"
      tone="amber"
      icon={IconPlayerPause}
      title={pause.by === undefined ? 'Paused' : `Paused by ${pause.by.name}`}
    >
      {pause.note !== undefined && pause.note !== '' && <p className={classes.said}>{pause.note}</p>}
      <Text size="sm" c="dimmed">
        Since <Moment at={pause.at} isAbsolute />
        {pause.until === undefined ? (
          ', until somebody resumes it.'
        ) : (
          <>
            . It goes on <Moment at={pause.until} />, <Moment at={pause.until} isAbsolute />.
          </>
        )}
      </Text>
    </Notice>
  );
}

/** It stays as it is for a while: its workers may only be starting anew. */
export function UndeclaredNotice({ schedule: { isUndeclared, owner } }: { schedule: Schedule }) {
  if (isUndeclared !== true) return null;
  return (
    <Notice role="note" tone="amber" icon={IconCode} title="No live worker declares it">
      <Text size="sm" c="var(--mantine-color-text)">
        It was declared in code beside {owner.name}, which no live worker has now. It goes on as it is until a worker
        comes that has the model and declares it no longer.
      </Text>
    </Notice>
  );
}
