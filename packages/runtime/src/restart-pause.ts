const firstMs = 500;
const maxMs = 30_000;
/** A process that lived this long was well: its next death is its first. */
export const wellMs = 60_000;

/** How long to wait before a process that has died `deaths` times in a row is started again, ms. */
export function restartPauseMs(deaths: number): number {
  return Math.min(firstMs * 2 ** Math.max(0, deaths - 1), maxMs);
}
