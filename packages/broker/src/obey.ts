import type { Consumer } from './consumer.ts';
import type { ControlAnswer, ControlRequest } from './control.ts';
import { killMessage } from './end-request.ts';
import type { Presence } from './presence.ts';

export type ObeyParts = {
  consumer: Consumer;
  presence: Presence;
  isStopping: () => boolean;
  /** Whether somebody ends this process when a person asks for it. */
  canStop: boolean;
};

/** The hold of a person who asked it to be quiet. */
const byPerson = 'person';

/** A worker does what others ask of it; what it answers, the registry shows already. The end itself is not begun here. */
export function obeyer({ consumer, presence, isStopping, canStop }: ObeyParts) {
  return async (request: ControlRequest): Promise<ControlAnswer> => {
    if (request.kind === 'kill') {
      return { result: await consumer.kill(request.id, request.attempt, killMessage(request.reason)) };
    }
    if (request.startedAt !== presence.startedAt) return { result: 'gone' };
    switch (request.kind) {
      case 'quiet':
        await consumer.pause(byPerson);
        break;
      case 'resume':
        if (isStopping()) return { result: 'refused' };
        consumer.resume(byPerson);
        // Others hold it: it is tainted, or is being replaced.
        if (consumer.isPaused) return { result: 'refused' };
        break;
      case 'concurrency':
        presence.concurrency = request.concurrency;
        consumer.setConcurrency(request.concurrency);
        break;
      case 'stop':
        return { result: canStop ? 'done' : 'refused' };
      default:
        return request satisfies never;
    }
    await presence.beat();
    return { result: 'done' };
  };
}
