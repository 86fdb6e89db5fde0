/**
 * Keeps package-lock.json good for every platform.
 *
 * npm, installing on one platform, may leave the packages of the others out of the lockfile; `npm ci` then refuses it
 * everywhere. `node .ci/lockfile.mjs` fails if any is missing, `--fix` adds them: exact versions come from the packages that want
 * them, the platform from their names. They have no integrity, as nobody here has seen them.
 */
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { root } from './run.mjs';

const file = join(root, 'package-lock.json');
const systems = {
  aix: 'aix',
  android: 'android',
  darwin: 'darwin',
  freebsd: 'freebsd',
  linux: 'linux',
  linuxmusl: 'linux',
  netbsd: 'netbsd',
  openbsd: 'openbsd',
  openharmony: 'openharmony',
  sunos: 'sunos',
  win32: 'win32',
  windows: 'win32',
};
const processors = ['arm64', 'x64', 'ia32', 'arm', 'loong64', 'mips64el', 'ppc64', 'riscv64', 's390x', 'wasm32'];

const lock = JSON.parse(readFileSync(file, 'utf8'));
const missing = missingPackages(lock.packages);
if (process.argv.includes('--fix')) fix();
else report();

function missingPackages(packages) {
  const found = {};
  for (const [path, { optionalDependencies = {}, dev }] of Object.entries(packages)) {
    for (const [name, version] of Object.entries(optionalDependencies)) {
      const isThere = packages[`node_modules/${name}`] ?? packages[`${path}/node_modules/${name}`];
      if (isThere === undefined) found[`node_modules/${name}`] = { version, ...platformOf(name), dev };
    }
  }
  return found;
}

/** `@biomejs/cli-linux-x64-musl` → Linux, x64, musl. */
function platformOf(name) {
  const words = name.split('/').pop().split(/[-_]/);
  const os = words.map((word) => systems[word]).find((system) => system !== undefined);
  const cpu = words.map((word) => (word === '64' ? 'x64' : word)).find((word) => processors.includes(word));
  const isMusl = words.some((word) => word.includes('musl'));
  const libc = os !== 'linux' || !words.some((word) => /musl|gnu/.test(word)) ? undefined : isMusl ? 'musl' : 'glibc';
  return { os, cpu, libc };
}

function fix() {
  for (const [path, { version, os, cpu, libc, dev }] of Object.entries(missing)) {
    if (!/^\d+\.\d+\.\d+/.test(version) || cpu === undefined)
      throw new Error(`${path}@${version} cannot be added by hand`);
    lock.packages[path] = {
      version,
      cpu: [cpu],
      ...(dev ? { dev } : {}),
      ...(libc === undefined ? {} : { libc: [libc] }),
      optional: true,
      ...(os === undefined ? {} : { os: [os] }),
    };
  }
  const sorted = Object.entries(lock.packages).sort(([a], [b]) => a.localeCompare(b, 'en'));
  lock.packages = Object.fromEntries(sorted);
  writeFileSync(file, `${JSON.stringify(lock, null, 2)}\n`);
  console.log(`${Object.keys(missing).length} packages of other platforms added to package-lock.json`);
}

function report() {
  const names = Object.keys(missing);
  if (names.length === 0) return;
  console.error(
    `package-lock.json lacks packages of other platforms, so that npm ci refuses it: run npm run fix\n  ${names.join('\n  ')}`,
  );
  process.exitCode = 1;
}
