import type { FlowNode } from '@drover/core';
import { Link } from '@tanstack/react-router';
import { Handle, type Node, type NodeProps, Position, useReactFlow, useStore } from '@xyflow/react';
import { type FocusEvent, memo } from 'react';
import { nodeLook } from '../../flow-looks.ts';
import classes from './graph.module.css';

export type NodeData = { task: FlowNode };

/** Drawn smaller than this, a task is a patch of its colour: nobody could read it, and there are many. */
const scaleMin = 0.3;

/** A task in the graph: what it is called, how it is, what it runs, and under which condition. */
export const GraphNode = memo(function GraphNode({ id, data: { task } }: NodeProps<Node<NodeData>>) {
  const show = useShow(id);
  const isFar = useStore(({ transform: [, , scale] }) => scale < scaleMin);
  return (
    <>
      <Handle type="target" position={Position.Top} isConnectable={false} className={classes.handle} />
      {task.state === undefined ? (
        <div className={classes.node} data-tone="grey">
          {!isFar && <Content task={task} />}
        </div>
      ) : (
        <Link
          to="/tasks/$id"
          params={{ id: task.id }}
          className={classes.node}
          data-tone={nodeLook(task).tone}
          data-state={task.state}
          draggable={false}
          preload={false}
          onFocus={show}
          title={titleOf(task)}
          aria-label={isFar ? `${task.key} ${nodeLook(task).label}` : undefined}
        >
          {!isFar && <Content task={task} />}
        </Link>
      )}
      <Handle type="source" position={Position.Bottom} isConnectable={false} className={classes.handle} />
    </>
  );
});

function Content({ task }: { task: FlowNode }) {
  const { key, name, when, state, progress } = task;
  const { icon: Icon, label, short = label, isTurning } = nodeLook(task);
  return (
    <>
      <span className={classes.head}>
        <Icon size={17} aria-hidden className={isTurning === true ? 'turning' : undefined} />
        <span className={classes.key}>{key}</span>
        <span className={classes.state}>
          {short}
          {state === 'running' &&
            progress !== undefined &&
            progress.percent > 0 &&
            ` ${Math.floor(progress.percent)} %`}
        </span>
      </span>
      <span className={classes.name}>{name}</span>
      {when !== undefined && <span className={classes.when}>when {when}</span>}
    </>
  );
}

/** What a node has no room for. */
function titleOf({ key, name, when, message }: FlowNode): string {
  return [`${key}: ${name}`, when === undefined ? undefined : `when ${when}`, message]
    .filter((line) => line !== undefined && line !== '')
    .join('\n');
}

/** Moves a node that takes the focus into the frame, where it is not. */
function useShow(id: string): (event: FocusEvent<HTMLElement>) => void {
  const { getNode, getZoom, setCenter } = useReactFlow();
  return ({ currentTarget }) => {
    const node = getNode(id);
    const frame = currentTarget.closest('.react-flow')?.getBoundingClientRect();
    if (node === undefined || frame === undefined) return;
    const { left, right, top, bottom } = currentTarget.getBoundingClientRect();
    if (left >= frame.left && right <= frame.right && top >= frame.top && bottom <= frame.bottom) return;
    const { x, y } = node.position;
    void setCenter(x + (node.width ?? 0) / 2, y + (node.height ?? 0) / 2, { zoom: getZoom() });
  };
}
