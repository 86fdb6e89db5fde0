import type { Reason } from '@drover/core';
import {
  IconArrowRight,
  IconClock,
  IconDoorExit,
  IconFlag,
  IconGauge,
  IconGhost2,
  IconHandStop,
  IconLink,
  IconLoader2,
  IconPlayerPause,
  IconPlugConnectedX,
  IconRefresh,
  IconRotateClockwise,
  IconRouteOff,
  IconStack2,
  IconStackPush,
  type TablerIcon,
} from '@tabler/icons-react';
import type { Tone } from '../state.ts';

/** How each reason is shown: `amber` where somebody may have to do something, `red` where something broke. */
export const reasonLooks: Record<Reason['code'], { icon: TablerIcon; tone: Tone }> = {
  queue_paused: { icon: IconPlayerPause, tone: 'amber' },
  no_worker: { icon: IconPlugConnectedX, tone: 'amber' },
  no_queue_worker: { icon: IconRouteOff, tone: 'amber' },
  worker_draining: { icon: IconDoorExit, tone: 'amber' },
  put_off: { icon: IconRotateClockwise, tone: 'amber' },
  requires_attention: { icon: IconHandStop, tone: 'amber' },
  not_due: { icon: IconClock, tone: 'indigo' },
  waits_for_retry: { icon: IconRefresh, tone: 'indigo' },
  depends: { icon: IconLink, tone: 'plum' },
  slots_busy: { icon: IconStack2, tone: 'slate' },
  tasks_ahead: { icon: IconStackPush, tone: 'slate' },
  concurrency_limit: { icon: IconGauge, tone: 'slate' },
  rate_limit: { icon: IconGauge, tone: 'slate' },
  next_in_line: { icon: IconArrowRight, tone: 'green' },
  running: { icon: IconLoader2, tone: 'blue' },
  worker_lost: { icon: IconGhost2, tone: 'red' },
  ended: { icon: IconFlag, tone: 'slate' },
};
