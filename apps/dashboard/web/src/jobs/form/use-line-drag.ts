import { type PointerEvent as GrabEvent, type RefObject, useEffect, useRef, useState } from 'react';

type Dragging = {
  from: number;
  /** Before which of the lines it would come; as many as there are: after the last one. */
  gap: number;
};

/** So near to an edge of the window, px, the page scrolls along. */
const edge = 70;
const scrollStep = 12;

/** Dragging lines with a mouse, a pen or a finger. Nothing moves before it is dropped; Escape lets it be. */
export function useLineDrag(list: RefObject<HTMLElement | null>, onMove: (from: number, to: number) => void) {
  const [dragging, setDragging] = useState<Dragging>();
  const end = useRef<() => void>(undefined);
  useEffect(() => () => end.current?.(), []);

  const grab = (from: number, event: GrabEvent) => {
    if (event.button !== 0) return;
    event.preventDefault();
    let gap = from;
    const move = ({ clientY }: PointerEvent) => {
      gap = gapAt(list.current, clientY);
      setDragging({ from, gap });
      if (clientY < edge) window.scrollBy(0, -scrollStep);
      if (clientY > window.innerHeight - edge) window.scrollBy(0, scrollStep);
    };
    const stop = () => {
      for (const [name, listener] of listeners) window.removeEventListener(name, listener);
      end.current = undefined;
      setDragging(undefined);
    };
    const drop = () => {
      stop();
      const to = gap > from ? gap - 1 : gap;
      if (to !== from) onMove(from, to);
    };
    const cancel = ({ key }: KeyboardEvent) => key === 'Escape' && stop();
    const listeners = [
      ['pointermove', move],
      ['pointerup', drop],
      ['pointercancel', stop],
      ['keydown', cancel],
    ] as [string, EventListener][];
    for (const [name, listener] of listeners) window.addEventListener(name, listener);
    end.current = stop;
    setDragging({ from, gap });
  };
  return { dragging, grab };
}

/** Between which lines a height of the window lies. */
function gapAt(list: HTMLElement | null, y: number): number {
  const middles = [...(list?.children ?? [])].map((item) => {
    const { top, height } = item.getBoundingClientRect();
    return top + height / 2;
  });
  return middles.filter((middle) => middle < y).length;
}
