/**
 * Everything that must hold, as CI runs it: lockfile; format, lint and boundaries; types and build; unused code; all tests.
 * A step that fails does not keep the next from running. The last line is `N passed, N failed`: tests, and the other
 * steps as one each. With CI=true a skipped test is a failed one.
 */
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, relative } from 'node:path';
import { alone } from './install.mjs';
import { program, root, run, secondsSince } from './run.mjs';

const isCi = /^(1|true)$/i.test(process.env.CI ?? '');
const turboEnv = { TURBO_TELEMETRY_DISABLED: '1', TURBO_NO_UPDATE_NOTIFIER: '1' };
const reports = mkdtempSync(join(tmpdir(), 'drover-check-'));
/** In a file, biome's colours hide its text. */
const plain = process.stdout.isTTY ? [] : ['--colors=off'];
const results = [];
/** Each test that failed: `{ file, name, message }`. */
const failedTests = [];

await step('lockfile', () => run(process.execPath, ['.ci/lockfile.mjs']));
await step('format, lint, boundaries', () => run(program('biome'), ['ci', '.', ...plain]));
const isBuilt = await step('types and build', () =>
  alone(() =>
    run(program('turbo'), ['run', 'build', '--output-logs=errors-only', '--log-prefix=none'], { env: turboEnv }),
  ),
);
await step('unused code', () => run(program('knip'), ['--no-progress']));
await tests('unit');
await tests('integration');
// Real processes run what was built.
if (isBuilt) await tests('e2e');
else results.push({ name: 'e2e', passed: 0, failed: 1, skipped: 0, took: 'not run: the build failed' });

finish();

/** One check that passes or fails as a whole. */
async function step(name, work) {
  heading(name);
  const since = Date.now();
  const isGood = (await work()) === 0;
  results.push({ name, passed: isGood ? 1 : 0, failed: isGood ? 0 : 1, skipped: 0, took: secondsSince(since) });
  return isGood;
}

async function tests(project) {
  heading(`${project} tests`);
  const since = Date.now();
  const seen = await look(project, process.argv.slice(2));
  const failed = failures(seen.suites);
  failedTests.push(...failed);
  results.push({ name: `${project} tests`, ...count(seen, failed), took: secondsSince(since) });
}

/** Runs tests. Answers vitest's exit code and what its report says of each file. */
async function look(project, args) {
  const report = join(reports, `${project}.json`);
  const reporters = ['--reporter=default', '--reporter=json', `--outputFile.json=${report}`];
  const code = await run(program('vitest'), ['run', '--project', project, ...reporters, ...args]);
  try {
    return { code, suites: JSON.parse(readFileSync(report, 'utf8')).testResults };
  } catch {
    return { code: code || 1, suites: [] };
  }
}

/** Each test that failed; a file that did not load counts as one. */
function failures(suites) {
  return suites.flatMap(({ name: path, status, message, assertionResults }) => {
    const file = relative(root, path);
    const failed = assertionResults.filter((result) => result.status === 'failed');
    if (failed.length === 0) return status === 'failed' ? [{ file, name: '', message }] : [];
    return failed.map(({ fullName, failureMessages }) => ({ file, name: fullName, message: failureMessages[0] ?? '' }));
  });
}

/** An error outside of any test counts as one failed test. */
function count({ code, suites }, failed) {
  const all = suites.flatMap((suite) => suite.assertionResults);
  const passed = all.filter((result) => result.status === 'passed').length;
  const skipped = all.filter((result) => !['passed', 'failed'].includes(result.status)).length;
  const sum = failed.length + (isCi ? skipped : 0);
  return { passed, failed: sum === 0 && code !== 0 ? 1 : sum, skipped };
}

function heading(text) {
  console.log(`\n── ${text} ${'─'.repeat(Math.max(0, 76 - text.length))}\n`);
}

function finish() {
  rmSync(reports, { recursive: true, force: true });
  heading('result');
  for (const { name, passed, failed, skipped, took } of results) {
    const mark = failed > 0 ? '✗' : '✓';
    const left = skipped > 0 ? `, ${skipped} skipped${isCi ? ' (failures in CI)' : ''}` : '';
    console.log(`${mark} ${name.padEnd(26)} ${passed} passed, ${failed} failed${left}`.padEnd(66), took);
  }
  for (const { file, name, message } of failedTests) {
    console.log(`\n✗ ${[file, name].filter(Boolean).join(' > ')}`);
    const lines = message.split('\n').filter((line) => !/node_modules|new Promise/.test(line));
    console.log(
      lines
        .slice(0, 8)
        .map((line) => `    ${line}`)
        .join('\n'),
    );
  }
  const sum = (field) => results.reduce((total, result) => total + result[field], 0);
  console.log(`\n${sum('passed')} passed, ${sum('failed')} failed`);
  process.exitCode = sum('failed') > 0 ? 1 : 0;
}
