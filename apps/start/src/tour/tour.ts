import { setTimeout as sleep } from 'node:timers/promises';
import type { DroverClient } from '@drover/client';
import type { Flow, Task, TaskState } from '@drover/core';
import type { Terminal } from '../terminal.ts';
import { bar } from './bar.ts';

/** How often a task is looked at while people watch it, ms. */
const lookMs = 120;
/** No step of the tour takes longer than this, ms; large files excepted. */
const stepMs = 120_000;

export type TourContext = {
  client: DroverClient;
  /** The folder that methods read and write. */
  files: string;
  /** A CSV file of the user's. Default: the shipped sample. */
  file: string | undefined;
  /** Follows a task to its end, with a bar; `onSeen` is told of every look. Answers the task at rest. */
  follow(task: Task, onSeen?: (task: Task) => void): Promise<Task>;
  /** Follows a flow until it has ended, or needs a person: then it is cancelled, so that nothing of it stays. */
  followFlow(flow: Flow): Promise<Flow>;
  /** Shows how far something is that is not one task. */
  show(percent: number, message: string): void;
  /** A line of the step's story. */
  tell(text: string): void;
  signal: AbortSignal;
};

export type TourStep = {
  title: string;
  /** What it shows, in one sentence. */
  shows: string;
  /** Answers what came of it. @throws Error when something is not as it should be */
  run(context: TourContext): Promise<string>;
};

export type TourOptions = {
  client: DroverClient;
  terminal: Terminal;
  files: string;
  file: string | undefined;
  signal: AbortSignal;
};

/** Goes through all steps, also after one that failed. Answers whether all was as it should be. */
export async function runTour(steps: TourStep[], options: TourOptions): Promise<boolean> {
  const { terminal, signal } = options;
  const { paint, print } = terminal;
  const context = contextOf(options);
  let failures = 0;
  print(paint('bold', '  The tour: real tasks, over HTTP'));
  print();
  for (const [index, step] of steps.entries()) {
    const since = performance.now();
    print(`  ${paint('bold', `${index + 1} ${step.title}`)}  ${paint('dim', step.shows)}`);
    terminal.live(paint('dim', '    …'));
    try {
      const outcome = await step.run(context);
      const took = paint('dim', `${((performance.now() - since) / 1_000).toFixed(1)} s`);
      print(`    ${paint('green', '✓')} ${outcome}  ${took}`);
    } catch (error) {
      signal.throwIfAborted();
      failures += 1;
      print(`    ${paint('red', '✗')} ${(error as Error).message}`);
    }
    print();
  }
  const verdict =
    failures === 0
      ? paint('green', `All ${steps.length} steps went as they should.`)
      : paint('red', `${failures} of ${steps.length} steps did not go as they should.`);
  print(`  ${verdict}`);
  print();
  return failures === 0;
}

function contextOf({ client, terminal, files, file, signal }: TourOptions): TourContext {
  const show = (percent: number, message: string) =>
    terminal.live(`    ${terminal.paint('cyan', bar(percent, message, (process.stdout.columns ?? 100) - 5))}`);
  return {
    client,
    files,
    file,
    show,
    signal,
    tell: (text) => terminal.print(`    ${terminal.paint('dim', '·')} ${text}`),
    async follow(task, onSeen) {
      const mustGetOn = untilLate();
      for (let seen = task; ; seen = await client.tasks.get(task.id, { signal })) {
        onSeen?.(seen);
        show(seen.progress.percent, seen.progress.message ?? seen.state);
        if (isAtRest[seen.state]) return seen;
        mustGetOn(seen, `${seen.state} ${seen.progress.percent} ${seen.executions.length}`);
        await sleep(lookMs, undefined, { signal });
      }
    },
    async followFlow(flow) {
      const mustGetOn = untilLate();
      for (let seen = flow; ; seen = await client.flows.get(flow.id, { signal })) {
        const { percent, message } = progressOf(seen);
        show(percent, message);
        if (seen.state !== 'running') return seen;
        if (seen.attention > 0) {
          await client.flows.cancel(seen.id, { reason: 'the tour goes on without it', signal });
          return seen;
        }
        mustGetOn(seen, `${percent} ${message}`);
        await sleep(lookMs, undefined, { signal });
      }
    },
  };
}

/** Throws when something neither ends in time nor gets on: a file may be as large as it likes. */
function untilLate() {
  const until = Date.now() + stepMs;
  let moved = '';
  return ({ id, name, state }: Pick<Task | Flow, 'id' | 'name' | 'state'>, mark: string) => {
    const isLate = mark === moved && Date.now() > until;
    if (isLate) throw new Error(`${name} is still ${state} after ${stepMs / 1_000} s: see ${id}`);
    moved = mark;
  };
}

/** How far all of its tasks are, and what one of those says that run. */
function progressOf({ tasks, state }: Flow): { percent: number; message: string } {
  const percents = tasks.map((task) => (task.finishedAt === undefined ? (task.progress?.percent ?? 0) : 100));
  const percent = percents.reduce((sum, each) => sum + each, 0) / tasks.length;
  const running = tasks.find((task) => task.state === 'running');
  return { percent, message: running === undefined ? state : `${running.key}: ${running.progress?.message ?? 'runs'}` };
}

const isAtRest: Record<TaskState, boolean> = {
  scheduled: false,
  depends: false,
  waiting: false,
  running: false,
  done: true,
  error: true,
  cancelled: true,
  requires_attention: true,
};

/** @throws Error that says what was expected and what came */
export function expectTo(what: string, holds: boolean, came: unknown): void {
  if (!holds) throw new Error(`expected ${what}, but got ${JSON.stringify(came)}`);
}

/** A task that must have ended well. */
export function expectDone(task: Task): void {
  const { name, state, outcome, error } = task;
  expectTo(`${name} to be done`, state === 'done', { state, outcome, error: error?.message });
}

/** A flow whose tasks must all have ended well; the first that did not is told. */
export function expectFlowDone({ name, state, tasks }: Flow): void {
  const bad = tasks.find((task) => task.state !== 'done');
  const told = bad && { task: bad.key, state: bad.state, outcome: bad.outcome, message: bad.message };
  expectTo(`${name} to be done`, state === 'done' && bad === undefined, told ?? state);
}
