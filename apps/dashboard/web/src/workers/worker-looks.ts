import type { Pressure, WorkerInfo, WorkerState } from '@drover/core';
import {
  IconAlertTriangle,
  IconCircleCheck,
  IconCpu,
  IconDatabase,
  IconDeviceSdCard,
  IconGhost2,
  IconHeartQuestion,
  IconPlayerPause,
  IconPlayerStop,
  IconPower,
} from '@tabler/icons-react';
import { formatCount } from '../count.ts';
import type { Look } from '../state.ts';

/** How workers are shown: never by colour alone. */

export const workerLooks: Record<WorkerState, Look & { means: string }> = {
  running: { label: 'Running', tone: 'green', icon: IconCircleCheck, means: 'It takes tasks.' },
  quiet: {
    label: 'Quiet',
    tone: 'amber',
    icon: IconPlayerPause,
    means: 'It takes nothing new; begun tasks go on.',
  },
  stopping: {
    label: 'Stopping',
    tone: 'amber',
    icon: IconPlayerStop,
    means: 'It ends. What does not end in time goes back to its queue, with no retry spent.',
  },
  stopped: { label: 'Stopped', tone: 'grey', icon: IconPower, means: 'It ended in order.' },
  lost: {
    label: 'Lost',
    tone: 'red',
    icon: IconGhost2,
    means: 'It has not been heard of for too long. What it ran is taken over by others.',
  },
};

export const suspectLook: Look = { label: 'Suspect', tone: 'amber', icon: IconHeartQuestion };
export const suspectMeans = 'It is late with its heartbeat. It is not given up yet.';

export const taintedLook: Look = { label: 'Tainted', tone: 'red', icon: IconAlertTriangle };

export const pressureLooks: Record<Pressure['kind'], Look> = {
  memory: { label: 'Memory pressure', tone: 'amber', icon: IconDeviceSdCard },
  cpu: { label: 'CPU pressure', tone: 'amber', icon: IconCpu },
  disk: { label: 'Disk pressure', tone: 'amber', icon: IconDatabase },
};

/** How many run, of how many at a time: `3 of 8`. */
export function loadWords({ running, concurrency }: Pick<WorkerInfo, 'running' | 'concurrency'>): string {
  return `${formatCount(running)} of ${formatCount(concurrency)}`;
}

/** Whether it is there to be asked: it beats, and does not end. */
export function isAtWork({ state }: Pick<WorkerInfo, 'state'>): boolean {
  switch (state) {
    case 'running':
    case 'quiet':
      return true;
    case 'stopping':
    case 'stopped':
    case 'lost':
      return false;
    default:
      return state satisfies never;
  }
}

/** What all of them do together; those that end or are lost do not count. */
export function totalLoad(workers: readonly WorkerInfo[]): { running: number; concurrency: number } {
  const atWork = workers.filter(isAtWork);
  return {
    running: atWork.reduce((sum, { running }) => sum + running, 0),
    concurrency: atWork.reduce((sum, { concurrency }) => sum + concurrency, 0),
  };
}
