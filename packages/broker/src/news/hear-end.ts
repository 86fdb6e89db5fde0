import { isFinished } from '@drover/core';
import type { NewsDesk } from './news-desk.ts';

/**
 * Listens for the end of a task. `ready` resolves when what ends from then on is heard; `woken` at the end, or when
 * there may have been one that nobody heard: look. Call `stop` in any case.
 */
export function hearEnd(desk: NewsDesk, id: string): { ready: Promise<void>; woken: Promise<void>; stop: () => void } {
  let begin: (() => void) | undefined;
  let wake: () => void = () => {};
  const ready = new Promise<void>((resolve) => {
    begin = resolve;
  });
  const woken = new Promise<void>((resolve) => {
    wake = resolve;
  });
  const stop = desk.listen(
    {
      begun() {
        if (begin === undefined) wake();
        begin?.();
        begin = undefined;
      },
      heard({ event }) {
        if (event?.type === 'state' && isFinished(event.state)) wake();
      },
    },
    id,
  );
  return { ready, woken, stop };
}
