import type { Outcome, TaskState } from '@drover/core';
import {
  IconAlertTriangle,
  IconArrowMerge,
  IconBan,
  IconCircleCheck,
  IconCircleX,
  IconClock,
  IconClockX,
  IconGhost2,
  IconHandStop,
  IconHourglass,
  IconInfoCircle,
  IconLink,
  IconLoader2,
  IconPlayerSkipForward,
  type TablerIcon,
} from '@tabler/icons-react';

/** How a state or an outcome is shown: never by its colour alone. */
export type Look = { label: string; tone: Tone; icon: TablerIcon; isTurning?: boolean };
export type Tone = 'indigo' | 'plum' | 'slate' | 'blue' | 'green' | 'red' | 'grey' | 'amber';

export const stateLooks: Record<TaskState, Look & { means: string; short?: string }> = {
  running: { label: 'Running', tone: 'blue', icon: IconLoader2, isTurning: true, means: 'a worker has it' },
  waiting: { label: 'Waiting', tone: 'slate', icon: IconHourglass, means: 'ready, next free worker takes it' },
  scheduled: { label: 'Scheduled', tone: 'indigo', icon: IconClock, means: 'its time has not come' },
  depends: { label: 'Depends', tone: 'plum', icon: IconLink, means: 'waits for other tasks' },
  requires_attention: {
    label: 'Needs attention',
    short: 'Attention',
    tone: 'amber',
    icon: IconHandStop,
    means: 'its data is wrong: a person must decide',
  },
  error: { label: 'Error', tone: 'red', icon: IconCircleX, means: 'failed for good' },
  done: { label: 'Done', tone: 'green', icon: IconCircleCheck, means: 'ended well' },
  cancelled: { label: 'Cancelled', tone: 'grey', icon: IconBan, means: 'stopped before it ended' },
};

/** In the order in which people look for them. */
export const taskStates = Object.keys(stateLooks) as TaskState[];

export const outcomeLooks: Record<Outcome, Look> = {
  success: { label: 'Success', tone: 'green', icon: IconCircleCheck },
  warning: { label: 'Warning', tone: 'amber', icon: IconAlertTriangle },
  info: { label: 'Info', tone: 'blue', icon: IconInfoCircle },
  skipped: { label: 'Skipped', tone: 'grey', icon: IconPlayerSkipForward },
  error: { label: 'Error', tone: 'red', icon: IconCircleX },
  timeout: { label: 'Timeout', tone: 'red', icon: IconClockX },
  cancelled: { label: 'Cancelled', tone: 'grey', icon: IconBan },
  expired: { label: 'Expired', tone: 'amber', icon: IconClockX },
  lost: { label: 'Worker lost', tone: 'red', icon: IconGhost2 },
  merged: { label: 'Merged', tone: 'plum', icon: IconArrowMerge },
};

export const outcomes = Object.keys(outcomeLooks) as Outcome[];

/** What a person may do with a task in this state. */
export type TaskAction = 'cancel' | 'retry' | 'run-now' | 'edit' | 'kill';

export function actionsOf(state: TaskState): TaskAction[] {
  switch (state) {
    case 'scheduled':
      return ['run-now', 'edit', 'cancel'];
    case 'waiting':
      return ['edit', 'cancel'];
    case 'depends':
      return ['cancel'];
    case 'requires_attention':
      return ['edit', 'retry', 'cancel'];
    case 'error':
    case 'cancelled':
      return ['retry'];
    case 'running':
      return ['kill'];
    case 'done':
      return [];
    default:
      return state satisfies never;
  }
}
