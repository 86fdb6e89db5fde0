import type { BulkAction, TaskState } from '@drover/core';
import { IconBan, IconPlayerStop, IconRefresh, type TablerIcon } from '@tabler/icons-react';
import { actionsOf } from '../state.ts';

type Words = {
  verb: string;
  /** `3 tasks … `. */
  would: string;
  follows: string;
  icon: TablerIcon;
  isDangerous: boolean;
};

export const actionWords: Record<BulkAction, Words> = {
  cancel: {
    verb: 'Cancel',
    would: 'would be cancelled',
    follows: 'They will not run. Their records stay, and they can be retried later.',
    icon: IconBan,
    isDangerous: true,
  },
  retry: {
    verb: 'Retry',
    would: 'would run again',
    follows: 'They run with the same arguments. What their earlier attempts did is not undone.',
    icon: IconRefresh,
    isDangerous: false,
  },
  kill: {
    verb: 'Kill',
    would: 'would be stopped while they run',
    follows: 'Part of their work may be done, and stays done.',
    icon: IconPlayerStop,
    isDangerous: true,
  },
};

export const bulkActions = Object.keys(actionWords) as BulkAction[];

export function allows(state: TaskState, action: BulkAction): boolean {
  return action === 'kill' ? state === 'running' : actionsOf(state).includes(action);
}
