/**
 * What `npm start`, `npm test` and the like run first, on a fresh clone too: it needs Node and npm and nothing else.
 *
 *   node .ci/bootstrap.mjs start|check|soak|bench|dev [arguments]
 *
 * checks Node → installs what the lockfile names, if it is not there → builds → runs.
 */
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, watch } from 'node:fs';
import { readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { alone, install } from './install.mjs';
import { must, program, root, run, say, secondsSince } from './run.mjs';

const oldestNode = [20, 19, 0];
const quiet = { TURBO_TELEMETRY_DISABLED: '1', TURBO_NO_UPDATE_NOTIFIER: '1' };
/** Tests that `check` runs small. */
const fullSize = [
  'test/integration/api-bulk.test.ts',
  'test/integration/search.test.ts',
  'test/e2e/faults-loss.test.ts',
  'test/schedule-oracle/properties.test.ts',
  'test/e2e/flows-faults.test.ts',
  'test/e2e/schedules-faults.test.ts',
  'test/e2e/merged-mail.test.ts',
  'test/e2e/workers-disaster.test.ts',
  'test/integration/limits-keys.test.ts',
  'test/integration/limits-crash.test.ts',
];
const modes = { start, check, soak, bench, dev };

const [mode = '', ...rest] = process.argv.slice(2);
checkNode();
if (!Object.hasOwn(modes, mode)) {
  console.error(`Usage: node .ci/bootstrap.mjs ${Object.keys(modes).join('|')} [arguments]`);
  process.exit(2);
}
await modes[mode]();

async function start() {
  await prepare('./apps/*');
  await become('apps/start/dist/main.js');
}

async function check() {
  await alone(install);
  await become('.ci/check.mjs');
}

/** The disasters again and again: longer, and with more of everything. */
async function soak() {
  await prepare('*');
  const args = ['run', '--no-file-parallelism', ...fullSize, ...rest];
  process.exit(await run(program('vitest'), args, { env: { SOAK: '1' } }));
}

async function bench() {
  await prepare('*');
  await become('test/dist/bench/main.js');
}

/** Builds what changes, and starts anew what was built. The data folder keeps what there was. */
async function dev() {
  await prepare('./apps/*');
  const builder = spawn(program('turbo'), ['watch', 'build', '--filter=./apps/*'], {
    cwd: root,
    stdio: 'inherit',
    env: { ...process.env, ...quiet },
  });
  const started = { child: spawnStart(), isRestarting: false, isEnding: false };
  let soon;
  for (const folder of await distFolders()) {
    watch(folder, { recursive: true }, () => {
      clearTimeout(soon);
      soon = setTimeout(() => restart(started), 700);
    });
  }
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP']) {
    process.on(signal, () => {
      started.isEnding = true;
      builder.kill(signal);
      started.child.kill(signal);
    });
  }
  await gone(builder);
  // Its end has a reason of its own, or it was the signal: then the rest follows.
  started.isEnding = true;
  started.child.kill('SIGTERM');
  await gone(started.child);
  process.exit(0);
}

function spawnStart() {
  return spawn(process.execPath, [join(root, 'apps/start/dist/main.js'), ...rest], { cwd: root, stdio: 'inherit' });
}

async function restart(started) {
  if (started.isRestarting || started.isEnding) return;
  started.isRestarting = true;
  say('built anew: starting again');
  started.child.kill('SIGTERM');
  await gone(started.child);
  if (!started.isEnding) started.child = spawnStart();
  started.isRestarting = false;
}

async function gone(child) {
  if (child.exitCode === null && child.signalCode === null) await once(child, 'exit');
}

async function distFolders() {
  const folders = [];
  for (const group of ['apps', 'packages']) {
    for (const name of await readdir(join(root, group))) folders.push(join(root, group, name, 'dist'));
  }
  return folders.filter((folder) => existsSync(folder));
}

async function prepare(filter) {
  await alone(async () => {
    await install();
    const since = Date.now();
    say('building (what has not changed is taken from the cache)');
    const args = ['run', 'build', `--filter=${filter}`, '--output-logs=errors-only', '--log-prefix=none'];
    await must('The build', program('turbo'), args, { env: quiet, isQuiet: true });
    say(`built in ${secondsSince(since)}`);
  });
}

/** From here on this process is the named program, so that no signal needs passing on. */
async function become(file) {
  const path = join(root, file);
  process.argv = [process.execPath, path, ...rest];
  await import(pathToFileURL(path).href);
}

function checkNode() {
  const version = process.versions.node.split('.').map(Number);
  const differs = oldestNode.findIndex((part, index) => part !== version[index]);
  if (differs === -1 || version[differs] > oldestNode[differs]) return;
  console.error(
    `Node ${oldestNode.join('.')} or newer is needed, this is ${process.versions.node}: see https://nodejs.org`,
  );
  process.exit(1);
}
