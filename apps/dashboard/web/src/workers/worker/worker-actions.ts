import type { WorkerAnswer, WorkerInfo } from '@drover/core';
import { IconPlayerPause, IconPlayerPlay, IconPower, type TablerIcon } from '@tabler/icons-react';
import { cluster } from '../../cluster.ts';
import { counted } from '../../count.ts';
import { isAtWork } from '../worker-looks.ts';

/** What may be asked of a worker. */
export type WorkerAction = 'quiet' | 'resume' | 'stop';

/** What makes sense as it is. A tainted one takes nothing new whatever is said. */
export function actionsOf({ state, tainted }: Pick<WorkerInfo, 'state' | 'tainted'>): WorkerAction[] {
  if (!isAtWork({ state })) return [];
  if (tainted !== undefined) return ['stop'];
  return [state === 'quiet' ? 'resume' : 'quiet', 'stop'];
}

type Words = { label: string; icon: TablerIcon; title: string; confirm: string; follows: string; done: string };

/** What an action is called, and what follows from it, for a worker as it is. */
export function actionWords(action: WorkerAction, { id, running }: Pick<WorkerInfo, 'id' | 'running'>): Words {
  const begun = running === 0 ? 'It runs nothing now.' : `It runs ${counted(running, 'task')} now.`;
  switch (action) {
    case 'quiet':
      return {
        label: 'Quiet',
        icon: IconPlayerPause,
        title: `Quiet ${id}?`,
        confirm: 'Quiet it',
        follows: `It takes nothing new until somebody resumes it; begun tasks go on. ${begun}`,
        done: `${id} is quiet.`,
      };
    case 'resume':
      return {
        label: 'Resume',
        icon: IconPlayerPlay,
        title: `Resume ${id}?`,
        confirm: 'Resume it',
        follows: 'It takes tasks again.',
        done: `${id} takes tasks again.`,
      };
    case 'stop':
      return {
        label: 'Stop',
        icon: IconPower,
        title: `Stop ${id}?`,
        confirm: 'Stop it',
        follows: `It takes nothing new, and the process ends. Begun tasks have a grace period to end in; what has not goes back to its queue and begins again on another worker, with no retry spent. ${begun} No other worker is started in its place, and it cannot be resumed.`,
        done: `${id} stops.`,
      };
    default:
      return action satisfies never;
  }
}

export function askFor(action: WorkerAction, id: string): Promise<WorkerAnswer> {
  switch (action) {
    case 'quiet':
      return cluster.workers.quiet(id);
    case 'resume':
      return cluster.workers.resume(id);
    case 'stop':
      return cluster.workers.stop(id);
    default:
      return action satisfies never;
  }
}

/** What was asked of a worker that has not answered yet. */
export type Unanswered = WorkerAction | { concurrency: number };

/** Whether the worker has done it meanwhile, or can do it no more. */
export function isSettled(asked: Unanswered, worker: Pick<WorkerInfo, 'state' | 'concurrency'>): boolean {
  if (!isAtWork(worker)) return true;
  if (typeof asked === 'object') return worker.concurrency === asked.concurrency;
  switch (asked) {
    case 'quiet':
      return worker.state === 'quiet';
    case 'resume':
      return worker.state === 'running';
    case 'stop':
      return false;
    default:
      return asked satisfies never;
  }
}

/** `to be quiet`, for a sentence. */
export function askedWords(asked: Unanswered): string {
  if (typeof asked === 'object') return `to run ${counted(asked.concurrency, 'task')} at a time`;
  switch (asked) {
    case 'quiet':
      return 'to take nothing new';
    case 'resume':
      return 'to take tasks again';
    case 'stop':
      return 'to stop';
    default:
      return asked satisfies never;
  }
}
