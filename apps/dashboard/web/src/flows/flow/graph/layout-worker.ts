import { layOut } from './layout.ts';
import type { Direction, GraphTask } from './shape.ts';

/** Lays graphs out beside the page, which goes on meanwhile. */

export type LayoutOrder = { tasks: GraphTask[]; direction: Direction };

addEventListener('message', ({ data: { tasks, direction } }: MessageEvent<LayoutOrder>) =>
  postMessage(layOut(tasks, direction)),
);
