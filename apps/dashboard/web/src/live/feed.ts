import type { TaskEvent } from '@drover/core';

export type FeedListener = {
  /** It stands. What happened before is not told. */
  onOpen(): void;
  /** It does not stand any more; it comes back by itself. */
  onDown(): void;
  onEvent(event: TaskEvent, id: string): void;
};

export type Feed = {
  /** Leaves it be for so long. */
  rest(ms: number): void;
  stop(): void;
};

/** The browser comes back by itself after a break, but not after a refusal. */
const reopenMs = 5_000;
const types = ['state', 'progress', 'log', 'reset'] as const satisfies TaskEvent['type'][];

/** Events of this origin, as they come, while somebody looks at the tab. */
export function openFeed(path: string, listener: FeedListener): Feed {
  let source: EventSource | undefined;
  let timer: ReturnType<typeof setTimeout> | undefined;

  const close = () => {
    clearTimeout(timer);
    timer = undefined;
    if (source === undefined) return;
    source.close();
    source = undefined;
    listener.onDown();
  };
  const rest = (ms: number) => {
    close();
    timer = setTimeout(open, ms);
  };
  const open = () => {
    timer = undefined;
    if (document.hidden || source !== undefined) return;
    const opened = new EventSource(path);
    source = opened;
    opened.onopen = () => listener.onOpen();
    opened.onerror = () => {
      if (opened.readyState === EventSource.CLOSED) rest(reopenMs);
      else listener.onDown();
    };
    for (const type of types) {
      opened.addEventListener(type, ({ data, lastEventId }: MessageEvent<string>) => {
        if (source === opened) listener.onEvent(JSON.parse(data) as TaskEvent, lastEventId);
      });
    }
  };
  const look = () => {
    if (document.hidden) close();
    else if (timer === undefined) open();
  };

  document.addEventListener('visibilitychange', look);
  open();
  return {
    rest,
    stop() {
      document.removeEventListener('visibilitychange', look);
      close();
    },
  };
}
