import type { LineDraft } from './job-draft.ts';

/**
 * The order of lines, which is that of their numbers. Wherever numbers change hands, expressions that name a line by its
 * number go on meaning the same line.
 */

type Numbers = ReadonlyMap<number, number>;

/** Between the numbers of neighbours: lines that come between find room. */
const step = 10;

/** A number after all others. */
export function nextNumber(lines: readonly LineDraft[]): number {
  const last = Math.max(0, ...lines.map(({ number }) => (typeof number === 'number' ? number : 0)));
  return (Math.floor(last / step) + 1) * step;
}

/** The lines with one of them at another place. The numbers stay where they are: each line takes that of its new place. */
export function moved(lines: readonly LineDraft[], from: number, to: number): LineDraft[] {
  const line = lines[from];
  if (line === undefined || to < 0 || to >= lines.length || from === to) return [...lines];
  const ordered = lines.toSpliced(from, 1).toSpliced(to, 0, line);
  return numbered(
    ordered,
    lines.map(({ number }) => number),
  );
}

/** The lines as 10, 20, 30. */
export function renumbered(lines: readonly LineDraft[]): LineDraft[] {
  return numbered(
    lines,
    lines.map((_, index) => (index + 1) * step),
  );
}

/** One line with another number, at the place where that puts it. */
export function withNumber(lines: readonly LineDraft[], key: string, number: number | string): LineDraft[] {
  const before = lines.find((line) => line.key === key)?.number;
  const isTaken = lines.some((line) => line.key !== key && line.number === number);
  const changed = lines.map((line) => (line.key === key ? { ...line, number } : line));
  const isKnown = typeof before === 'number' && typeof number === 'number' && !isTaken;
  return inOrder(isKnown ? referring(changed, new Map([[before, number]])) : changed);
}

function inOrder(lines: readonly LineDraft[]): LineDraft[] {
  const place = ({ number }: LineDraft) => (typeof number === 'number' ? number : Number.POSITIVE_INFINITY);
  return [...lines].sort((a, b) => (place(a) === place(b) ? 0 : place(a) - place(b)));
}

function numbered(lines: readonly LineDraft[], numbers: readonly (number | string)[]): LineDraft[] {
  const changes = new Map<number, number>();
  const given = lines.map((line, index) => {
    const number = numbers[index] ?? line.number;
    if (typeof line.number === 'number' && typeof number === 'number') changes.set(line.number, number);
    return { ...line, number };
  });
  return referring(given, changes);
}

function referring(lines: readonly LineDraft[], numbers: Numbers): LineDraft[] {
  return lines.map((line) => {
    const { args, kwargs } = line.args;
    const now = { args: renamed(args, numbers), kwargs: renamed(kwargs, numbers) };
    if (JSON.stringify([args, kwargs]) === JSON.stringify([now.args, now.kwargs])) return line;
    // Fields that keep their own text begin anew with the one that was changed.
    return { ...line, args: { ...line.args, ...now } as LineDraft['args'], revision: line.revision + 1 };
  });
}

const expression = /\$\{[^}]*\}/g;
const reference = /\bline\.(\d+)\b/g;

/** A value in whose texts expressions name lines by their new numbers. */
export function renamed(value: unknown, numbers: Numbers): unknown {
  if (typeof value === 'string') {
    return value.replace(expression, (whole) =>
      whole.replace(reference, (said, number: string) => `line.${numbers.get(Number(number)) ?? said.slice(5)}`),
    );
  }
  if (Array.isArray(value)) return value.map((item) => renamed(item, numbers));
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(Object.entries(value).map(([name, inner]) => [name, renamed(inner, numbers)]));
}
