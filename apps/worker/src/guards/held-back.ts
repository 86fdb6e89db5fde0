import type { TakenTask } from '@drover/broker';
import type { Method } from '@drover/core';
import { isForOtherHost } from './clean-ups.ts';

/** Why a task is put off that was taken, in one sentence without its end; and for how long, ms, where that is known. */
export type Held = { message: string; delayMs?: number };

/** Soon another worker looks: on one of n hosts it is the right one after about n seconds. */
const otherHostMs = 1_000;

/** What must not begin on this machine now. */
export function heldBack(
  { envelope: { tags } }: TakenTask,
  { needsDisk, isCleanUp }: Method,
  machine: { host: string; isDiskFull: boolean },
): Held | undefined {
  if (isCleanUp === true) {
    if (!isForOtherHost(tags, machine.host)) return undefined;
    return { message: 'It frees disk on a host, and a worker of another one took it', delayMs: otherHostMs };
  }
  if (needsDisk !== true || !machine.isDiskFull) return undefined;
  return { message: `It needs disk, and that of host ${machine.host} is nearly full` };
}
