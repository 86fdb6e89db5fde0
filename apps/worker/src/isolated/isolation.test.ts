import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { EndRequest, type TakenTask } from '@drover/broker';
import { type LogLine, limits, type Method } from '@drover/core';
import { afterAll, afterEach, expect, test } from 'vitest';
import { z } from 'zod';
import { executor } from '../execute.ts';
import { createIsolation, type Isolation } from './isolation.ts';

/** What a worker makes of what processes do and say: here they are real ones, and say what a test wants. */
const folder = mkdtempSync(join(tmpdir(), 'drover-isolation-'));
let isolation: Isolation;

afterEach(() => isolation.stop());
afterAll(() => rmSync(folder, { recursive: true }));

/** Processes that run `text` for every `message` but the first; `runs` counts them over all processes. */
function isolate(text: string): void {
  const counter = JSON.stringify(join(mkdtempSync(join(folder, 'runs-')), 'runs'));
  const script = join(folder, 'child.mjs');
  writeFileSync(
    script,
    `import { appendFileSync, readFileSync } from 'node:fs';
    import { Socket } from 'node:net';
    const channel = new Socket({ fd: 3 });
    const say = (message) => channel.write(JSON.stringify(message) + '\\n');
    const end = (value) => say({ kind: 'returned', run: 1, value, grownMb: 0 });
    channel.on('close', () => process.exit());
    channel.setEncoding('utf8').on('data', (lines) => lines.trim().split('\\n').forEach((line) => {
      const message = JSON.parse(line);
      if (message.kind === 'load') return say({ kind: 'ready' });
      if (message.kind !== 'run') return end(message);
      appendFileSync(${counter}, '.');
      const runs = readFileSync(${counter}, 'utf8').length;
      ${text}
    }));`,
  );
  const enqueue = async () => 'enqueued';
  isolation = createIsolation({ modules: [], folder, dataDir: folder, graceMs: 1_000, enqueue, processes: { script } });
}

const method: Method = {
  description: 'Runs apart',
  isolated: true,
  args: z.array(z.unknown()),
  kwargs: z.record(z.string(), z.unknown()),
  run: () => undefined,
  onCancel: () => undefined,
};

function begin() {
  const asked = new EndRequest();
  const log: LogLine[] = [];
  const checkpoints: unknown[] = [];
  const execute = executor({
    methods: new Map([['shop.apart', method]]),
    contextOf: () => {
      throw new Error('it runs apart');
    },
    graceMs: 1_000,
    isolation,
  });
  const envelope = { args: [], kwargs: {}, timeoutSeconds: 60, retry: { maxRetries: 0 } };
  const task = { id: 't1', fullName: 'shop.apart', envelope, attempt: 1, retriesUsed: 0, lostWorkers: 0 };
  const ending = execute(task as unknown as TakenTask, {
    asked,
    log: (line) => log.push(line),
    progress: () => undefined,
    checkpoint: async (value) => void checkpoints.push(value),
    dependencies: async () => [],
    resolved: async () => undefined,
  });
  return { ending, asked, log, checkpoints };
}

test('a process that ends before it began with a task costs nothing: another one takes it', async () => {
  isolate(`if (runs < 3) process.exit(9); say({ kind: 'begun', run: 1 }); end(runs);`);
  expect(await begin().ending).toMatchObject({ kind: 'end', outcome: 'success', result: '3' });
});

test('a task before which all processes end fails', async () => {
  isolate('process.exit(9);');
  expect(await begin().ending).toMatchObject({ outcome: 'error', error: { name: 'ProcessEnded' } });
});

test('one that ends in the middle of a task fails it, and nobody begins it again', async () => {
  isolate(`if (runs > 1) end('again'); else { say({ kind: 'begun', run: 1 }); channel.end(() => process.exit(9)); }`);
  expect(await begin().ending).toMatchObject({
    outcome: 'error',
    error: { name: 'ProcessEnded', message: 'the process of the isolated method ended itself with exit code 9' },
  });
});

test('what a process says is bounded as what a method here says', async () => {
  isolate(`
    const at = new Date().toISOString();
    say({ kind: 'log', run: 1, line: { at, level: 'info', attempt: 7, message: 'x'.repeat(10_000) } });
    say({ kind: 'checkpoint', run: 1, call: 1, value: 'x'.repeat(${limits.checkpointBytes}) });
    say({ kind: 'checkpoint', run: 1, call: 2, value: 'small' });
    end('x'.repeat(${limits.resultBytes}));`);
  const { ending, log, checkpoints } = begin();
  expect(await ending).toMatchObject({
    outcome: 'error',
    error: { message: expect.stringMatching(/^result_too_large/) },
  });
  expect(log).toMatchObject([{ attempt: 1, message: expect.stringMatching(/^x+… \(cut\)$/) }]);
  expect(log[0]?.message.length).toBeLessThanOrEqual(limits.logLineBytes);
  expect(checkpoints).toEqual(['small']);
});

test('the outcome follows from what was returned, whatever a process says that it is', async () => {
  isolate(`say({ kind: 'returned', run: 1, value: { processed: 2, successCount: 0, errorCount: 2, results: [] },
    outcome: 'success', grownMb: 0 });`);
  expect(await begin().ending).toMatchObject({ outcome: 'error', error: { message: 'all 2 items failed' } });
});

test('a task that is killed while it waits for a process leaves the line, and nothing is cleaned up', async () => {
  isolate(`say({ kind: 'begun', run: 1 });`);
  const busy = Array.from({ length: limits.isolatedProcesses }, begin);
  const waiting = begin();
  waiting.asked.ask('kill', 'killed');
  expect(await waiting.ending).toMatchObject({ kind: 'end', outcome: 'cancelled', killed: 'ended' });
  expect(waiting.log).toEqual([]);
  for (const { asked } of busy) asked.ask('shutdown');
});
