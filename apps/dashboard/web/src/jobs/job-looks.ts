import type { Job, JobLine, JobResultSummary, JobStatus, LineStatus } from '@drover/core';
import {
  IconAlertTriangle,
  IconBan,
  IconBolt,
  IconCircleCheck,
  IconCircleX,
  IconClock,
  IconFilter,
  IconInfoCircle,
  IconLoader2,
  IconPlayerPause,
  IconPlayerSkipForward,
  IconRepeat,
} from '@tabler/icons-react';
import type { Look } from '../state.ts';

/** How jobs, their lines and their results are shown: never by colour alone. */

export const statusLooks: Record<JobStatus, Look & { means: string }> = {
  pending: { label: 'Pending', tone: 'slate', icon: IconClock, means: 'nothing of it has begun' },
  running: { label: 'Running', tone: 'blue', icon: IconLoader2, isTurning: true, means: 'some lines have not ended' },
  success: { label: 'Success', tone: 'green', icon: IconCircleCheck, means: 'all lines ended well' },
  info: { label: 'Nothing to do', tone: 'indigo', icon: IconInfoCircle, means: 'there was nothing to do' },
  warning: { label: 'Warning', tone: 'amber', icon: IconAlertTriangle, means: 'some lines failed, others went on' },
  error: { label: 'Error', tone: 'red', icon: IconCircleX, means: 'a line failed, and nothing came of the rest' },
  cancelled: { label: 'Cancelled', tone: 'grey', icon: IconBan, means: 'a person stopped it' },
};

export const jobStatuses = Object.keys(statusLooks) as JobStatus[];

export function isJobStatus(status: string | undefined): status is JobStatus {
  return jobStatuses.some((known) => known === status);
}

export const lineLooks: Record<LineStatus, Look> = {
  ...statusLooks,
  info: { label: 'Info', tone: 'indigo', icon: IconInfoCircle },
  skipped: { label: 'Passed over', tone: 'grey', icon: IconPlayerSkipForward },
};

export const kindLooks: Record<JobLine['kind'], Look> = {
  action: { label: 'Action', tone: 'slate', icon: IconBolt },
  filter: { label: 'Filter', tone: 'plum', icon: IconFilter },
};

export function activeLook({ active }: Pick<Job, 'active'>): Look {
  return active
    ? { label: 'Active', tone: 'green', icon: IconRepeat }
    : { label: 'Not active', tone: 'grey', icon: IconPlayerPause };
}

export const inactiveLineLook: Look = { label: 'Not active', tone: 'grey', icon: IconPlayerPause };

export const byWords: Record<JobResultSummary['by'], string> = { hand: 'By hand', schedule: 'By schedule' };
