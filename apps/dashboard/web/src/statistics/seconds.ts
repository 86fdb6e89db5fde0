import { formatDuration } from '../duration.ts';

/** A duration that may not be there. */
export function formatSeconds(seconds: number | null): string {
  return seconds === null ? '–' : formatDuration(seconds);
}
