import { execFile } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { expect, test } from 'vitest';

const bench = fileURLToPath(new URL('../dist/bench/main.js', import.meta.url));
const run = promisify(execFile);

test('the bench asks all its questions of both sides, and answers with figures, aims and the conditions', async () => {
  const { stdout } = await run(process.execPath, [bench, '--tiny'], { timeout: 150_000 });
  expect(stdout).toMatch(/Node \d+\.\d+.* · Redis \d+\.\d+.* AOF off/);
  for (const title of [
    'Enqueue one by one',
    'Enqueue in bulk',
    'Enqueue → start',
    'What a task costs',
    'A ledger of 2000',
  ]) {
    expect(stdout).toContain(title);
  }
  expect(stdout.match(/^Drain, /gm)).toHaveLength(4);
  const aims = stdout.match(/→ .* \d+(\.\d+)? {3}aim: (at least|below) .*: (reached|missed)$/gm);
  expect(aims, stdout).toHaveLength(12);
});

test('the bench names the questions that it knows when it is asked another one', async () => {
  const failure = await run(process.execPath, [bench, '--only', 'everything']).catch((error) => error);
  expect(failure).toMatchObject({ code: 2, stderr: expect.stringContaining('enqueue, latency, drain, cost, ledger') });
});
