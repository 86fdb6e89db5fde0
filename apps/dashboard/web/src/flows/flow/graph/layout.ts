import dagre from '@dagrejs/dagre';
import type { OnFailure } from '@drover/core';
import { between, type Direction, type GraphTask, type Size, sizeOf } from './shape.ts';

export type Point = { x: number; y: number };

/** Where everything stands, px. */
export type Drawing = Size & {
  /** By key. The place is that of its left upper corner. */
  nodes: Record<string, Point & Size>;
  edges: {
    from: string;
    to: string;
    onFailure: OnFailure;
    /** The way it takes around what stands between. */
    points: Point[];
  }[];
};

/** Where an edge says its policy, it needs room for it, px. */
const wordSize = { width: 58, height: 18 };

/** Pure, but slow: seconds for a thousand tasks. */
export function layOut(tasks: GraphTask[], direction: Direction): Drawing {
  const graph = new dagre.graphlib.Graph();
  graph.setGraph({
    rankdir: direction === 'right' ? 'LR' : 'TB',
    // The finer rankers take a minute where this takes a second, and look no better on graphs of tasks.
    ranker: 'longest-path',
    nodesep: between.nodes,
    ranksep: between.levels,
  });
  for (const task of tasks) graph.setNode(task.key, sizeOf(task));
  const known = new Set(tasks.map(({ key }) => key));
  const edges = tasks.flatMap(({ key: to, dependsOn }) =>
    dependsOn.filter(({ key }) => known.has(key)).map(({ key: from, onFailure }) => ({ from, to, onFailure })),
  );
  for (const { from, to, onFailure } of edges) {
    graph.setEdge(from, to, onFailure === 'continue' ? { ...wordSize, labelpos: 'c' } : {});
  }
  dagre.layout(graph);

  const nodes: Drawing['nodes'] = {};
  for (const { key } of tasks) {
    const { x = 0, y = 0, width, height } = graph.node(key);
    nodes[key] = { x: x - width / 2, y: y - height / 2, width, height };
  }
  const { width = 0, height = 0 } = graph.graph() as Partial<Size>;
  return {
    width,
    height,
    nodes,
    edges: edges.map((edge) => ({ ...edge, points: graph.edge(edge.from, edge.to).points ?? [] })),
  };
}
