import { Socket } from 'node:net';
import { ClusterError, limits, type Method, methodsOf } from '@drover/core';
import { models as builtInModels } from '@drover/models';
import { cut } from '../error-record.ts';
import { loadModels } from '../load-models.ts';
import { channelFd, listen, saidMax, write } from './channel.ts';
import { ChildRun } from './child-run.ts';
import { memoryGrowthMax } from './memory-bounds.ts';
import type { FromProcess, LoadRequest, ToProcess } from './messages.ts';
import { startGuard } from './start-guard.ts';

/**
 * A process that runs isolated methods, one at a time, for the worker that has started it. It lives as long as its
 * channel to the worker, and is told to end by nothing else: signals to the whole group are the worker's business.
 */
// First of all: modules may hang as methods may.
const boundMemory = startGuard({ parentPid: Number(process.argv[2]), graceMs: 0 });
const channel = new Socket({ fd: channelFd });
let methods: ReadonlyMap<string, Method> = new Map();
let dataDir = '';
/** What it has with all models, before it does anything. */
let atFirstMb = 0;
/** By how much it had grown when it was looked at last: looking takes as long as a short method. */
let grownMb = 0;
let lookedAt = 0;
const lookEveryMs = 100;
let current: ChildRun | undefined;

for (const event of ['close', 'error'] as const) channel.on(event, () => process.exit(0));
for (const signal of ['SIGTERM', 'SIGINT', 'SIGHUP'] as const) process.on(signal, () => undefined);
// As in a worker: a promise that a method forgot is no reason to lose the task.
process.on('unhandledRejection', (reason) => console.error('a rejected promise was not handled:', reason));
listen(channel, {
  onMessage: (message) => hear(message as ToProcess),
  onFault: () => process.exit(1),
});

function hear(message: ToProcess): void {
  switch (message.kind) {
    case 'load':
      void load(message);
      return;
    case 'run':
    case 'cancel':
      say({ kind: 'begun', run: message.run });
      current = new ChildRun(message, { methods, dataDir, say, grownMb: lookGrownMb });
      void current.begin();
      return;
    case 'abort':
      current?.abort(message);
      return;
    case 'answer':
      current?.answer(message);
      return;
    default:
      message satisfies never;
  }
}

async function load({ modules, folder, dataDir: files, memoryMb }: LoadRequest): Promise<void> {
  try {
    const models = await loadModels(builtInModels, modules, folder);
    methods = new Map(models.flatMap((model) => [...methodsOf(model)]));
    dataDir = files;
    atFirstMb = rssMb();
    if (memoryMb !== undefined) boundMemory({ rssMb: atFirstMb + memoryGrowthMax(memoryMb) });
    say({ kind: 'ready' });
  } catch (error) {
    say({ kind: 'unfit', message: cut((error as Error).message, limits.errorMessageBytes) });
  }
}

/** @throws ClusterError `args_too_large`: only what a method enqueues can be. */
function say(message: FromProcess): void {
  const line = JSON.stringify(message);
  if (line.length > saidMax) {
    throw new ClusterError('args_too_large', `${line.length} characters are too many at once: at most ${saidMax}`);
  }
  write(channel, line);
}

function lookGrownMb(): number {
  const now = performance.now();
  if (now - lookedAt >= lookEveryMs) {
    grownMb = rssMb() - atFirstMb;
    lookedAt = now;
  }
  return grownMb;
}

function rssMb(): number {
  return process.memoryUsage.rss() / 1_048_576;
}
