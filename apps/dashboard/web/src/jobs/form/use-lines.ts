import { type RefObject, useEffect, useRef, useState } from 'react';
import { type LineDraft, newLine } from './job-draft.ts';
import { moved, nextNumber, renumbered, withNumber } from './line-order.ts';

type Start = {
  lines: LineDraft[];
  /** Lines that are open at first. */
  opened: readonly string[];
  /** Lines in which something is wrong. */
  wrong: readonly string[];
  /** Counts the times that it was tried to be saved: lines with faults open then. */
  triedCount: number;
  list: RefObject<HTMLElement | null>;
  onChange: (change: (lines: LineDraft[]) => LineDraft[]) => void;
};

/** What may be done with the lines as a list, which of them are open, and what is said of it to screen readers. */
export function useLines({ lines, opened, wrong, triedCount, list, onChange }: Start) {
  const [open, setOpen] = useState(() => new Set(opened));
  const [said, setSaid] = useState('');
  const focusNext = useRef<{ key: string; way: string }>(undefined);

  // A button that moves its line is taken out of the page and put back: the focus goes with it.
  useEffect(() => {
    if (focusNext.current === undefined) return;
    const { key, way } = focusNext.current;
    focusNext.current = undefined;
    const buttonOf = (name: string) => list.current?.querySelector<HTMLButtonElement>(`[data-move="${key} ${name}"]`);
    [way, 'up', 'down']
      .map(buttonOf)
      .find((button) => button?.disabled === false)
      ?.focus();
  });

  // biome-ignore lint/correctness/useExhaustiveDependencies: what is wrong opens when somebody tried, not as it changes
  useEffect(() => {
    if (wrong.length > 0) setOpen((before) => new Set([...before, ...wrong]));
  }, [triedCount]);

  const show = (key: string, isOpen: boolean) =>
    setOpen((before) => new Set(isOpen ? [...before, key] : [...before].filter((other) => other !== key)));
  const move = (from: number, to: number) => {
    onChange((before) => moved(before, from, to));
    const called = lines[from]?.fullName ?? 'The line';
    setSaid(`${called} is line ${lines[to]?.number} now, ${to + 1} of ${lines.length}`);
  };
  return {
    open,
    said,
    show,
    move,
    /** By a button of the line, which stays at hand. */
    step(index: number, by: -1 | 1) {
      focusNext.current = { key: lines[index]?.key ?? '', way: by < 0 ? 'up' : 'down' };
      move(index, index + by);
    },
    add(kind: LineDraft['kind']) {
      const line = newLine(nextNumber(lines), kind);
      onChange((before) => [...before, line]);
      show(line.key, true);
      setSaid(`Line ${line.number} is added`);
    },
    remove({ key, number }: LineDraft) {
      onChange((before) => before.filter((line) => line.key !== key));
      setSaid(`Line ${number} is removed`);
    },
    change: (key: string, change: Partial<LineDraft>) =>
      onChange((before) => before.map((line) => (line.key === key ? { ...line, ...change } : line))),
    setNumber: (key: string, number: number | string) => onChange((before) => withNumber(before, key, number)),
    renumber() {
      onChange(renumbered);
      setSaid('The lines are numbered anew');
    },
  };
}
