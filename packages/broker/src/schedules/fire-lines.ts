import type { Fire } from '@drover/core';
import type { Situation } from './record.ts';

/** Lines of a fire log that are to be written, by number. */
export type LogDraft = { situation: Situation; lines: Map<number, Fire>; now: number };

type Written = {
  at: number;
  until?: number | undefined;
  count: number;
  isAtLeast?: boolean | undefined;
} & Pick<Fire, 'result' | 'reason' | 'lateSeconds' | 'task' | 'run'>;

/** A new line, or one in place of line `number`. Neighbours that say the same are one line. Answers its number. */
export function pushLine(draft: LogDraft, written: Written, number?: number): number {
  const { newest } = draft.situation;
  const line = lineOf(written, number ?? (newest?.number ?? 0) + 1, draft.now);
  const isAlike =
    number === undefined &&
    newest?.kind === 'time' &&
    newest.result === line.result &&
    newest.reason === line.reason &&
    (line.result === 'paused' || line.result === 'skipped' || line.result === 'missed');
  if (!isAlike) {
    putLine(draft, line);
    return line.number;
  }
  putLine(draft, {
    ...newest,
    until: line.until ?? line.at,
    count: newest.count + line.count,
    ...(newest.isAtLeast || line.isAtLeast ? { isAtLeast: true } : {}),
    firedAt: line.firedAt,
  });
  return newest.number;
}

export function putLine(draft: LogDraft, line: Fire): void {
  draft.lines.set(line.number, line);
  const { newest } = draft.situation;
  if (newest === undefined || line.number >= newest.number) draft.situation.newest = line;
}

export function lineOf({ at, until, isAtLeast, ...written }: Written, number: number, now: number): Fire {
  return {
    number,
    kind: 'time',
    at: new Date(at).toISOString(),
    ...(until === undefined || until === at ? {} : { until: new Date(until).toISOString() }),
    ...(isAtLeast === true ? { isAtLeast } : {}),
    ...written,
    firedAt: new Date(now).toISOString(),
  };
}
