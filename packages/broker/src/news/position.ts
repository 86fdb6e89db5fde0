/**
 * Where somebody stands in the two streams of news: the newest entry that he has of each. Of that of `events` he may
 * have the first `lines` only; undefined: all of them.
 *
 * As text it is the id of a live event: `<events>_<pulse>`, or `<events>.<lines>_<pulse>`. Opaque to everybody else.
 */
export type Position = { events: string; lines?: number | undefined; pulse: string };

/** Before the first entry of a stream. */
export const streamStart = '0-0';

const pattern = /^(\d{1,16}-\d{1,16})(?:\.(\d{1,9}))?_(\d{1,16}-\d{1,16})$/;

export function writePosition({ events, lines, pulse }: Position): string {
  return `${events}${lines === undefined ? '' : `.${lines}`}_${pulse}`;
}

/** Undefined: it is none of ours. */
export function readPosition(text: string): Position | undefined {
  const [, events, lines, pulse] = pattern.exec(text) ?? [];
  if (events === undefined || pulse === undefined) return undefined;
  return { events, pulse, ...(lines === undefined ? {} : { lines: Number(lines) }) };
}
