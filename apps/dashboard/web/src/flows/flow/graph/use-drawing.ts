import type { FlowNode } from '@drover/core';
import { useEffect, useState } from 'react';
import type { Drawing } from './layout.ts';
import type { LayoutOrder } from './layout-worker.ts';
import { directionOf, type GraphTask, type Size } from './shape.ts';

export type Drawn = { state: 'drawing' } | { state: 'failed' } | { state: 'drawn'; drawing: Drawing };

/** Where the tasks of a flow stand in a frame of this size. States change all the time; this only with the shape. */
export function useDrawing(nodes: FlowNode[], frame: Size): Drawn {
  const [drawn, setDrawn] = useState<Drawn>({ state: 'drawing' });
  const tasks = nodes.map(({ key, dependsOn, when }): GraphTask => ({ key, dependsOn, isTall: when !== undefined }));
  const hasFrame = frame.width > 0;
  const order = hasFrame ? JSON.stringify({ tasks, direction: directionOf(tasks, frame) }) : undefined;
  useEffect(() => {
    if (order === undefined) return;
    const worker = new Worker(new URL('./layout-worker.ts', import.meta.url), { type: 'module' });
    worker.onmessage = ({ data }: MessageEvent<Drawing>) => {
      setDrawn({ state: 'drawn', drawing: data });
      worker.terminate();
    };
    worker.onerror = () => setDrawn({ state: 'failed' });
    worker.postMessage(JSON.parse(order) as LayoutOrder);
    return () => worker.terminate();
  }, [order]);
  return drawn;
}
