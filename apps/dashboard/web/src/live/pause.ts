/** What is told as it happens need not be asked for often: how often a page asks, ms, while the streams live. */
const whileLive = 15_000;

const living = new Set<string>();

/** `all`, or the id of a task: its stream lives, or does not any more. */
export function setLive(what: string, lives: boolean): void {
  if (lives) living.add(what);
  else living.delete(what);
}

export function isLive(what: string): boolean {
  return living.has(what);
}

/** How often to ask for what the stream of all tasks tells, or that of one. */
export function pauseOf(what: string, pauseMs: number): number {
  return isLive(what) ? Math.max(whileLive, pauseMs) : pauseMs;
}
