import type { Point } from './layout.ts';

/** A smooth line by these points, as SVG says it: through the first, the last, and the middle between any two others. */
export function pathOf(points: Point[]): string {
  const [first, ...others] = points.map(({ x, y }) => ({ x: Math.round(x), y: Math.round(y) }));
  const last = others.pop();
  if (first === undefined || last === undefined) return '';
  const turns = others.map((turn, index) => {
    const next = others[index + 1];
    const end = next === undefined ? last : { x: (turn.x + next.x) / 2, y: (turn.y + next.y) / 2 };
    return `Q${turn.x} ${turn.y} ${end.x} ${end.y}`;
  });
  return [`M${first.x} ${first.y}`, ...turns, ...(turns.length === 0 ? [`L${last.x} ${last.y}`] : [])].join('');
}

export function middleOf(points: Point[]): Point {
  return points[Math.floor(points.length / 2)] ?? { x: 0, y: 0 };
}
