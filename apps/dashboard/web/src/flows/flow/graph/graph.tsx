import type { Flow, FlowNode } from '@drover/core';
import { Skeleton, Text } from '@mantine/core';
import { useElementSize, useViewportSize } from '@mantine/hooks';
import { type Edge, type Node, Position, ReactFlow, ReactFlowProvider } from '@xyflow/react';
import { useMemo } from 'react';
import '@xyflow/react/dist/base.css';
import { policyWords } from '../../flow-looks.ts';
import classes from './graph.module.css';
import { GraphControls } from './graph-controls.tsx';
import { type EdgeData, GraphEdge, GraphMarkers } from './graph-edge.tsx';
import { GraphNode, type NodeData } from './graph-node.tsx';
import type { Drawing, Point } from './layout.ts';
import { Legend } from './legend.tsx';
import { firstView, margin, type Size } from './shape.ts';
import { useDrawing } from './use-drawing.ts';

/** The frame takes so much of the window's height at most, and is never lower than this, px. */
const shareMax = 0.7;
const heightMin = 200;

/** Above this, only what is seen is drawn. Below, all can be reached with the Tab key. */
const allDrawnMax = 100;

const nodeTypes = { task: GraphNode };
const edgeTypes = { waits: GraphEdge };

/** A flow as a graph, whose states change as they do; each task leads to its page. */
export function Graph({ flow }: { flow: Flow }) {
  const { ref, width } = useElementSize();
  const { height: windowHeight } = useViewportSize();
  const heightMax = Math.max(heightMin, Math.round(windowHeight * shareMax));
  const drawn = useDrawing(flow.tasks, { width: windowHeight === 0 ? 0 : width, height: heightMax });
  if (drawn.state === 'failed') return <Text p="md">The graph could not be laid out. The list says the same.</Text>;
  const graphHeight = drawn.state === 'drawn' ? drawn.drawing.height + 2 * margin : heightMin;
  const height = Math.min(heightMax, Math.max(heightMin, graphHeight));
  return (
    <>
      <div ref={ref} className={classes.frame} style={{ height }}>
        {drawn.state === 'drawn' ? (
          <ReactFlowProvider>
            <Canvas flow={flow} drawing={drawn.drawing} frame={{ width, height }} />
          </ReactFlowProvider>
        ) : (
          <Skeleton height={height} radius={0} />
        )}
      </div>
      <Legend />
    </>
  );
}

function Canvas({ flow, drawing, frame }: { flow: Flow; drawing: Drawing; frame: Size }) {
  const nodes = useMemo(() => nodesOf(flow.tasks, drawing), [flow.tasks, drawing]);
  const edges = useMemo(() => edgesOf(flow.tasks, drawing), [flow.tasks, drawing]);
  return (
    <ReactFlow
      // Another layout is looked at anew.
      key={`${drawing.width} ${drawing.height}`}
      aria-label={`Graph of ${flow.name}`}
      nodes={nodes}
      edges={edges}
      nodeTypes={nodeTypes}
      edgeTypes={edgeTypes}
      defaultViewport={firstView(drawing, frame, beginOf(flow, drawing))}
      minZoom={0.05}
      maxZoom={1.5}
      onlyRenderVisibleElements={nodes.length > allDrawnMax}
      nodesDraggable={false}
      nodesConnectable={false}
      nodesFocusable={false}
      edgesFocusable={false}
      elementsSelectable={false}
      // The wheel goes on to scroll the page; with Ctrl or ⌘ it zooms.
      zoomOnScroll={false}
      zoomOnDoubleClick={false}
      preventScrolling={false}
      zoomActivationKeyCode={['Control', 'Meta']}
    >
      <GraphMarkers />
      <GraphControls />
    </ReactFlow>
  );
}

/** The middle of the first task, which waits for nothing. */
function beginOf({ tasks: [first] }: Flow, { nodes }: Drawing): Point {
  const place = first && nodes[first.key];
  return place === undefined ? { x: 0, y: 0 } : { x: place.x + place.width / 2, y: place.y + place.height / 2 };
}

function nodesOf(tasks: FlowNode[], drawing: Drawing): Node<NodeData>[] {
  return tasks.flatMap((task) => {
    const place = drawing.nodes[task.key];
    if (place === undefined) return [];
    const { x, y, width, height } = place;
    const middle = { x: width / 2, y: height / 2, width: 1, height: 1 };
    return [
      {
        id: task.key,
        type: 'task',
        position: { x, y },
        width,
        height,
        measured: { width, height },
        // Edges have their ways from the layout; these only say that a node has ends for them.
        handles: (['source', 'target'] as const).map((type) => ({ type, position: Position.Top, ...middle })),
        data: { task },
      },
    ];
  });
}

function edgesOf(tasks: FlowNode[], { edges }: Drawing): Edge<EdgeData>[] {
  const byKey = new Map(tasks.map((task) => [task.key, task]));
  return edges.map(({ from, to, onFailure, points }) => ({
    id: `${from} ${to}`,
    type: 'waits',
    source: from,
    target: to,
    ariaLabel: `${to} waits for ${from}: ${policyWords[onFailure]}`,
    data: { points, onFailure, passed: passageOf(byKey.get(from)) },
  }));
}

/** What has come of the task before. */
function passageOf(task: FlowNode | undefined): EdgeData['passed'] {
  const { state, outcome } = task ?? {};
  if (state === undefined) return 'not';
  switch (state) {
    case 'done':
      return outcome === 'skipped' ? 'badly' : 'well';
    case 'error':
    case 'cancelled':
      return 'badly';
    case 'scheduled':
    case 'waiting':
    case 'depends':
    case 'running':
    case 'requires_attention':
      return 'not';
    default:
      return state satisfies never;
  }
}
