import { wallByIntl } from './clock.ts';

/** Times for a reader: what the clock of the zone shows, and the instant. What is no instant stays as it is. */
export function shownIn(zone = 'UTC', times: readonly string[]): string {
  const shown = times.map((time) => {
    const at = Date.parse(time);
    if (Number.isNaN(at)) return time;
    return `${new Date(wallByIntl(zone, at)).toISOString().slice(0, 19).replace('T', ' ')} (${time})`;
  });
  return shown.length === 0 ? 'nothing' : shown.join('\n         ');
}
