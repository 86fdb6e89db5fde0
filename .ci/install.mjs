/** Packages as the lockfile names them, installed when they are not, by one process at a time. */
import {
  closeSync,
  existsSync,
  mkdirSync,
  openSync,
  readFileSync,
  rmSync,
  statSync,
  utimesSync,
  writeSync,
} from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { must, root, say, secondsSince } from './run.mjs';

const lockFile = join(root, '.turbo', 'bootstrap.lock');
const touchMs = 1_000;
/** A lock that nobody has touched for so long is left over: its process id may belong to another by now. */
const silentMs = 30_000;

export async function install() {
  if (isInstalled()) return;
  const since = Date.now();
  say('installing the packages of package-lock.json (once; about half a minute)');
  const args = ['ci', '--include=dev', '--no-audit', '--no-fund', '--loglevel=error'];
  // Run by npm, we know which npm it was.
  const npm = process.env.npm_execpath;
  if (npm?.endsWith('.js')) await must('npm ci', process.execPath, [npm, ...args]);
  else await must('npm ci', 'npm', args);
  say(`installed in ${secondsSince(since)}`);
}

/** Compares what npm says it installed with the lockfile, version by version. Packages for other systems may miss. */
function isInstalled() {
  const wanted = packagesOf(join(root, 'package-lock.json'));
  const present = packagesOf(join(root, 'node_modules', '.package-lock.json'));
  if (wanted === undefined) throw new Error('package-lock.json is missing or broken');
  if (present === undefined) return false;
  return Object.entries(wanted).every(([path, { version, optional, link }]) => {
    if (!path.startsWith('node_modules/') && !path.includes('/node_modules/')) return true;
    const found = present[path];
    if (found === undefined) return optional === true;
    return link === true ? found.link === true : found.version === version;
  });
}

function packagesOf(file) {
  try {
    return JSON.parse(readFileSync(file, 'utf8')).packages;
  } catch {
    return undefined;
  }
}

/** Runs `work` while no other start or check of this folder installs or builds. */
export async function alone(work) {
  mkdirSync(join(root, '.turbo'), { recursive: true });
  let hasSaid = false;
  while (!takeLock()) {
    if (!hasSaid) say('another process installs or builds this folder: waiting for it');
    hasSaid = true;
    await sleep(200);
  }
  const touching = setInterval(() => utimesSync(lockFile, new Date(), new Date()), touchMs);
  const release = () => rmSync(lockFile, { force: true });
  process.on('exit', release);
  try {
    return await work();
  } finally {
    clearInterval(touching);
    release();
    process.off('exit', release);
  }
}

function takeLock() {
  try {
    const file = openSync(lockFile, 'wx');
    writeSync(file, String(process.pid));
    closeSync(file);
    return true;
  } catch (error) {
    if (error.code !== 'EEXIST') throw error;
    if (existsSync(lockFile) && isLeftOver()) rmSync(lockFile, { force: true });
    return false;
  }
}

function isLeftOver() {
  try {
    if (Date.now() - statSync(lockFile).mtimeMs > silentMs) return true;
    const pid = Number(readFileSync(lockFile, 'utf8'));
    if (pid > 0) process.kill(pid, 0);
    return false;
  } catch (error) {
    return error.code === 'ESRCH';
  }
}
