import type { OnFailure } from '@drover/core';

/** A task as the layout sees it. */
export type GraphTask = {
  key: string;
  dependsOn: { key: string; onFailure: OnFailure }[];
  /** It has a condition, which takes a line more. */
  isTall: boolean;
};

/** Where the graph goes: what waits stands right of what it waits for, or beneath it. */
export type Direction = 'right' | 'down';

export type Size = { width: number; height: number };

/** How far the graph is moved, px, and how large it is drawn. */
type Viewport = { x: number; y: number; zoom: number };

/** Of a node and of the room between them, px. */
const nodeWidth = 230;
const heights = { flat: 68, tall: 90 };
export const between = { nodes: 22, levels: 64 };

/** Text in a graph that is drawn smaller than this cannot be read. */
const scaleMin = 0.6;
/** Room around the graph, px. */
export const margin = 24;

export function sizeOf({ isTall }: GraphTask): Size {
  return { width: nodeWidth, height: isTall ? heights.tall : heights.flat };
}

/** How many tasks stand on each level: a task is one further than the furthest that it waits for. */
export function levelsOf(tasks: GraphTask[]): number[] {
  const levelOf = new Map<string, number>();
  const levels: number[] = [];
  // Each comes after what it waits for.
  for (const { key, dependsOn } of tasks) {
    let level = 0;
    for (const edge of dependsOn) level = Math.max(level, (levelOf.get(edge.key) ?? -1) + 1);
    levelOf.set(key, level);
    levels[level] = (levels[level] ?? 0) + 1;
  }
  return levels;
}

/** The way in which the graph can be drawn larger in the frame. */
export function directionOf(tasks: GraphTask[], frame: Size): Direction {
  const levels = levelsOf(tasks);
  const deep = levels.length;
  const broad = Math.max(...levels);
  const height = tasks.some(({ isTall }) => isTall) ? heights.tall : heights.flat;
  const right = {
    width: deep * (nodeWidth + between.levels),
    height: broad * (height + between.nodes),
  };
  const down = {
    width: broad * (nodeWidth + between.nodes),
    height: deep * (height + between.levels),
  };
  return scaleOf(right, frame) >= scaleOf(down, frame) ? 'right' : 'down';
}

function scaleOf(graph: Size, frame: Size): number {
  return Math.min(1, (frame.width - 2 * margin) / graph.width, (frame.height - 2 * margin) / graph.height);
}

/** What is seen at first: all of it, in the middle; or what can be read of it, around this point: its beginning. */
export function firstView(graph: Size, frame: Size, begin: { x: number; y: number }): Viewport {
  const zoom = Math.max(scaleMin, scaleOf(graph, frame));
  const place = (room: number, length: number, at: number) => {
    if (length <= room - 2 * margin) return (room - length) / 2;
    return Math.min(margin, Math.max(room - margin - length, room / 2 - at));
  };
  return {
    x: place(frame.width, graph.width * zoom, begin.x * zoom),
    y: place(frame.height, graph.height * zoom, begin.y * zoom),
    zoom,
  };
}
