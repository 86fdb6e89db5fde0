import type { Declaration } from '@drover/core';
import { createFlows } from '../flows/flows.ts';
import { jobStore } from '../jobs/job-record.ts';
import { type ChangeParts, taskChanges } from '../task-changes.ts';
import { AlarmClock, type AlarmClockParts } from './alarm-clock.ts';
import { declare } from './declare.ts';
import { scheduleStore } from './store.ts';

export type RingingOptions = Pick<AlarmClockParts, 'onError' | 'onLate' | 'onSilent'> & {
  /**
   * Takes part in ringing the schedules, and sees to it that those are there which its models declare. Default: none, and
   * it does not ring.
   */
  schedules?: { models: string[]; declarations: Declaration[] };
};

/** A worker's part in the schedules. */
export function createRinging(parts: ChangeParts, { schedules, ...told }: RingingOptions) {
  const store = scheduleStore(parts);
  const tasks = taskChanges(parts);
  const flows = createFlows({ ...parts, tasks });
  const { onError } = told;
  const clock = new AlarmClock({ ...parts, ...told, store, jobs: jobStore(parts), tasks, flows });
  return {
    start(ending: AbortSignal): void {
      if (schedules === undefined) return;
      clock.start();
      void declare({ ...schedules, store, registry: parts.registry, onError }, ending);
    },
    stop: () => clock.stop(),
  };
}
