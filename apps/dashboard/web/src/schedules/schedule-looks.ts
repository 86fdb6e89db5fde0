import type { Fire, FireResult, MissedPolicy, OverlapPolicy, Schedule, ScheduleState } from '@drover/core';
import { limits } from '@drover/core';
import {
  IconAlertTriangle,
  IconCircleCheck,
  IconCircleX,
  IconClockOff,
  IconClockX,
  IconCode,
  IconFlag,
  IconGitCompare,
  IconHourglass,
  IconKey,
  IconPlayerPause,
  IconPlayerSkipForward,
  IconRepeat,
  IconSettings,
  type TablerIcon,
} from '@tabler/icons-react';
import { counted } from '../count.ts';
import type { Look } from '../state.ts';

/** How states, results and owners of schedules are shown: never by colour alone. */

export const scheduleLooks: Record<ScheduleState, Look & { means: string }> = {
  active: { label: 'Active', tone: 'green', icon: IconRepeat, means: 'It fires at its times' },
  paused: { label: 'Paused', tone: 'amber', icon: IconPlayerPause, means: 'Its times go by, each written down' },
  unscheduled: { label: 'Unscheduled', tone: 'grey', icon: IconClockOff, means: 'A person stopped it' },
  finished: { label: 'Finished', tone: 'slate', icon: IconFlag, means: 'It has no further times' },
};

export const scheduleStates = Object.keys(scheduleLooks) as ScheduleState[];

export const resultLooks: Record<FireResult, Look> = {
  task: { label: 'Made a task', tone: 'green', icon: IconCircleCheck },
  queued: { label: 'Queued', tone: 'indigo', icon: IconHourglass },
  skipped: { label: 'Skipped', tone: 'grey', icon: IconPlayerSkipForward },
  missed: { label: 'Missed', tone: 'amber', icon: IconClockX },
  paused: { label: 'Paused', tone: 'amber', icon: IconPlayerPause },
  failed: { label: 'Failed', tone: 'red', icon: IconCircleX },
};

/** Of a run that is not known any more. */
export const ranJobLook: Look = { label: 'Ran a job', tone: 'green', icon: IconCircleCheck };

export const driftLook: Look = { label: 'Differs from code', tone: 'amber', icon: IconGitCompare };
export const undeclaredLook: Look = { label: 'Not declared now', tone: 'grey', icon: IconCode };

export function failuresLook(count: number): Look {
  return { label: `${counted(count, 'failure')} in a row`, tone: 'red', icon: IconAlertTriangle };
}

type OwnerKind = Schedule['owner']['kind'];

export const ownerLooks: Record<OwnerKind, { label: string; icon: TablerIcon }> = {
  code: { label: 'Code', icon: IconCode },
  system: { label: 'Drover', icon: IconSettings },
  key: { label: 'Key', icon: IconKey },
};

export const owners = Object.keys(ownerLooks) as OwnerKind[];

/** Where it comes from, as a sentence. */
export function ownerWords({ kind, name }: Schedule['owner']): string {
  switch (kind) {
    case 'code':
      return `Declared in code, beside ${name}`;
    case 'system':
      return 'Drover’s own housekeeping';
    case 'key':
      return `Made with the key ${name}`;
    default:
      return kind satisfies never;
  }
}

export const missedWords: Record<MissedPolicy, { label: string; means: string }> = {
  once: {
    label: 'Make one task',
    means: 'However many times went by while nothing could fire, one task for all of them.',
  },
  skip: { label: 'Skip', means: 'What went by while nothing could fire is let go, and written down.' },
  all: {
    label: 'Make each task',
    means: `One task for each time that went by, of the newest ${limits.missedFires}.`,
  },
};

export const overlapWords: Record<OverlapPolicy, { label: string; means: string }> = {
  skip: { label: 'Skip', means: 'While the earlier task has not ended, no new one is made.' },
  queue: { label: 'Queue', means: 'The new task is made when the earlier one has ended.' },
  allow: { label: 'Side by side', means: 'The new task is made at once; both may run.' },
  replace: { label: 'Replace', means: 'The earlier task is cancelled, or killed if it runs; the new one follows.' },
};

export const kindWords: Record<Fire['kind'], string | undefined> = {
  time: undefined,
  manual: 'by hand',
  backfill: 'backfill',
};
