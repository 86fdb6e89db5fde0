import { Tooltip } from '@mantine/core';
import { useSyncExternalStore } from 'react';
import { formatAbsolute, formatRelative } from './relative-time.ts';

/** One clock for all times on a page: it ticks while somebody looks at it. */
const listeners = new Set<() => void>();
let timer: ReturnType<typeof setInterval> | undefined;
let nowMs = Date.now();

function subscribe(listener: () => void): () => void {
  listeners.add(listener);
  nowMs = Date.now();
  timer ??= setInterval(() => {
    nowMs = Date.now();
    for (const tick of listeners) tick();
  }, 1_000);
  return () => {
    listeners.delete(listener);
    if (listeners.size > 0) return;
    clearInterval(timer);
    timer = undefined;
  };
}

export function useNow(): number {
  return useSyncExternalStore(subscribe, () => nowMs);
}

/** The minute that runs, for what is too large to be drawn every second. */
export function useMinute(): number {
  return useSyncExternalStore(subscribe, () => nowMs - (nowMs % 60_000));
}

/** An instant as people say it, with the whole truth on hover. `isAbsolute` turns it round. */
export function Moment({ at, isAbsolute = false }: { at: string; isAbsolute?: boolean }) {
  const now = useNow();
  const said = formatRelative(Date.parse(at), now);
  const exact = formatAbsolute(at);
  return (
    <Tooltip label={isAbsolute ? `${said} · ${at}` : `${exact} · ${at}`}>
      <time dateTime={at} className="numbers">
        {isAbsolute ? exact : said}
      </time>
    </Tooltip>
  );
}
