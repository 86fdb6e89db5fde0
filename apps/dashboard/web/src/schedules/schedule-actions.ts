import type { Schedule } from '@drover/core';
import {
  IconBolt,
  IconCalendarOff,
  IconCalendarRepeat,
  IconPlayerPause,
  IconPlayerPlay,
  type TablerIcon,
} from '@tabler/icons-react';

/** What an operator may do with a schedule. */
export type ScheduleAction = 'run' | 'pause' | 'unschedule' | 'reschedule';

/** What can be done with it as it is. */
export function actionsOf({ state, timing }: Pick<Schedule, 'state' | 'timing'>): ScheduleAction[] {
  switch (state) {
    case 'active':
      return ['run', 'pause', 'unschedule'];
    case 'paused':
      return ['reschedule', 'run', 'pause', 'unschedule'];
    case 'unscheduled':
      return ['reschedule', 'run'];
    case 'finished':
      // Of the others there are no further times: their rule has to be changed.
      return timing === 'immediately' ? ['reschedule', 'run'] : ['run'];
    default:
      return state satisfies never;
  }
}

type Words = { label: string; icon: TablerIcon; title: string; confirm: string; follows: string; done: string };

/** What an action is called, and what follows from it, for a schedule as it is. */
export function actionWords(action: ScheduleAction, schedule: Schedule): Words {
  const { name, state, timing } = schedule;
  const isPaused = state === 'paused';
  switch (action) {
    case 'run':
      return {
        label: 'Run now',
        icon: IconBolt,
        title: `Run ${name} now?`,
        confirm: 'Run it now',
        follows: 'Its task is made at once, beside what it makes at its own times. Those stay as they are.',
        done: `${name}: its task is made.`,
      };
    case 'pause':
      return {
        label: isPaused ? 'Change the pause …' : 'Pause …',
        icon: IconPlayerPause,
        title: `Pause ${name}?`,
        confirm: isPaused ? 'Change the pause' : 'Pause it',
        follows: 'Its times go by and make no task; each is written down. Tasks that are made already go on.',
        done: `${name} is paused.`,
      };
    case 'unschedule':
      return {
        label: 'Unschedule',
        icon: IconCalendarOff,
        title: `Unschedule ${name}?`,
        confirm: 'Unschedule it',
        follows:
          'It fires no more until somebody reschedules it, and nothing is written down meanwhile. Tasks that are made already go on.',
        done: `${name} is unscheduled.`,
      };
    case 'reschedule':
      return {
        label: isPaused ? 'Resume' : 'Reschedule',
        icon: isPaused ? IconPlayerPlay : IconCalendarRepeat,
        title: `${isPaused ? 'Resume' : 'Reschedule'} ${name}?`,
        confirm: isPaused ? 'Resume it' : 'Reschedule it',
        follows:
          timing === 'immediately'
            ? 'It fires now, once.'
            : 'It fires again from now on. What went by meanwhile is not caught up.',
        done: isPaused ? `${name} goes on.` : `${name} is scheduled again.`,
      };
    default:
      return action satisfies never;
  }
}
