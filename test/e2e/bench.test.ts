import { execFile } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { expect, test } from 'vitest';

const bench = fileURLToPath(new URL('../dist/bench/main.js', import.meta.url));
const run = promisify(execFile);
/** It measures for a minute or two. A machine that does other things too takes longer. */
const benchMs = 600_000;

test(
  'the bench asks all its questions of both sides, and answers with figures, aims and the conditions',
  async () => {
    const { stdout } = await run(process.execPath, [bench, '--tiny'], { timeout: benchMs });
    expect(stdout).toMatch(/Node \d+\.\d+.* · Redis \d+\.\d+.* AOF off/);
    for (const title of [
      'Enqueue one by one',
      'Enqueue in bulk',
      'Enqueue → start',
      'What a task costs',
      'A ledger of 2000',
      'Schedules, 10 fires a second',
      'Schedules, 20 fires in the same second, 100 in all',
      'What a fire costs',
      'An idle alarm clock',
      'Schedules beside a worker',
      'Adding a flow',
      'Drain of isolated tasks',
      'Drain with 10 keys',
    ]) {
      expect(stdout).toContain(title);
    }
    expect(stdout.match(/^Drain, /gm)).toHaveLength(4);
    expect(stdout.match(/^Fan-in of 49, /gm)).toHaveLength(2);
    const aims = stdout.match(/→ .* -?\d+(\.\d+)? {3}aim: (at least|below) .*: (reached|missed)$/gm);
    expect(aims, stdout).toHaveLength(21);
  },
  benchMs + 30_000,
);

test('the bench names the questions that it knows when it is asked another one', async () => {
  const failure = await run(process.execPath, [bench, '--only', 'everything']).catch((error) => error);
  expect(failure).toMatchObject({
    code: 2,
    stderr: expect.stringContaining('enqueue, latency, drain, cost, ledger, schedules, flows, isolated, control, keys'),
  });
});
