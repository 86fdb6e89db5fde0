import type { OnFailure } from '@drover/core';
import type { Edge, EdgeProps } from '@xyflow/react';
import { middleOf, pathOf } from './edge-path.ts';
import classes from './graph.module.css';
import type { Point } from './layout.ts';

export type EdgeData = {
  points: Point[];
  onFailure: OnFailure;
  /** Whether the task before has ended, and how. */
  passed: 'not' | 'well' | 'badly';
};

const markers: Record<EdgeData['passed'], string> = {
  not: 'flow-arrow-not',
  well: 'flow-arrow-well',
  badly: 'flow-arrow-badly',
};

/** Solid: with the task before, the one behind is cancelled. Dashed, and with a word: it runs all the same. */
export function GraphEdge({ data }: EdgeProps<Edge<EdgeData>>) {
  if (data === undefined) return null;
  const { points, onFailure, passed } = data;
  const word = middleOf(points);
  return (
    <>
      <path
        d={pathOf(points)}
        className={classes.edge}
        data-policy={onFailure}
        data-passed={passed}
        markerEnd={`url(#${markers[passed]})`}
      />
      {onFailure === 'continue' && (
        <text x={word.x} y={word.y} className={classes.policy}>
          continue
        </text>
      )}
    </>
  );
}

/** The heads of the arrows, one of each colour. */
export function GraphMarkers() {
  return (
    <svg className={classes.markers} aria-hidden>
      <title>Arrows</title>
      <defs>
        {Object.entries(markers).map(([passed, id]) => (
          <marker key={id} id={id} viewBox="0 0 10 10" refX="9" refY="5" markerWidth="7" markerHeight="7" orient="auto">
            <path d="M0 1L9 5L0 9z" className={classes.arrow} data-passed={passed} />
          </marker>
        ))}
      </defs>
    </svg>
  );
}
