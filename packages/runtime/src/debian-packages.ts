import { execFile } from 'node:child_process';
import { randomUUID } from 'node:crypto';
import { existsSync } from 'node:fs';
import { mkdir, readdir, readFile, rename, rm, writeFile } from 'node:fs/promises';
import { homedir, userInfo } from 'node:os';
import { join } from 'node:path';

/**
 * Programs from the distribution's own packages, without root and without touching the system: apt works in folders
 * of its own, reads the system's sources and keys (so what it fetches is signed), and the packages are only unpacked.
 *
 * All happens in a folder beside the cache; one rename makes it visible, so that two fetches at once, or one that is
 * cut short, never leave half a program.
 */

/** apt and dpkg of slow mirrors. */
const stepTimeoutMs = 300_000;

export type FetchOptions = {
  /** Names the folder in the cache. */
  name: string;
  /** What to fetch; dependencies that this system lacks come along. */
  packages: string[];
  env: NodeJS.ProcessEnv;
  /** Told of each step, for people who wait. */
  onProgress(line: string): void;
};

export type FetchedPackages = {
  /** Where the packages were unpacked: holds `usr/bin` and so on. */
  folder: string;
  /** Folders of libraries, for LD_LIBRARY_PATH. */
  libraryPath: string;
};

/** The packages were not to be had: what stands here says what to do about it. */
export class FetchError extends Error {
  override readonly name = 'FetchError';
}

/** What an earlier fetch left, if any. */
export async function cachedDebianPackages(name: string, env: NodeJS.ProcessEnv): Promise<FetchedPackages | undefined> {
  const folder = join(await cacheFolder(name, env), 'root');
  return existsSync(folder) ? describe(folder) : undefined;
}

/**
 * Fetches and unpacks, and replaces what an earlier fetch left.
 * @throws FetchError when this is no Debian or Ubuntu, the mirror cannot be reached, or there is no such package
 */
export async function fetchDebianPackages(options: FetchOptions): Promise<FetchedPackages> {
  const { name, packages, env, onProgress } = options;
  if (process.platform !== 'linux' || !existsSync('/usr/bin/apt-get') || !existsSync('/usr/bin/dpkg-deb')) {
    throw new FetchError('this system has no apt-get and dpkg-deb');
  }
  const target = await cacheFolder(name, env);
  const work = `${target}.${process.pid}.${randomUUID().slice(0, 8)}`;
  try {
    const apt = await prepareApt(join(work, 'apt'));
    onProgress('reading the package lists of the distribution');
    await run('apt-get', [...apt, 'update'], work);
    onProgress(`fetching ${packages.join(', ')}`);
    await run('apt-get', [...apt, '-y', '--no-install-recommends', '--download-only', 'install', ...packages], work);
    const archives = join(work, 'apt', 'cache', 'archives');
    // What is installed already was not fetched now, but is wanted here too, all in one place.
    const fetched = await readdir(archives);
    const missing = packages.filter((wanted) => !fetched.some((file) => file.startsWith(`${wanted}_`)));
    if (missing.length > 0) await run('apt-get', [...apt, 'download', ...missing], archives);
    await unpack(archives, join(work, 'root'), onProgress);
    await rm(join(work, 'apt'), { recursive: true, force: true });
    await moveInto(target, work);
  } finally {
    await rm(work, { recursive: true, force: true });
  }
  return describe(join(target, 'root'));
}

/** Folders of its own for apt, and the options that point it there. */
async function prepareApt(folder: string): Promise<string[]> {
  await mkdir(join(folder, 'state', 'lists', 'partial'), { recursive: true, mode: 0o700 });
  await mkdir(join(folder, 'cache', 'archives', 'partial'), { recursive: true });
  const settings = {
    'Dir::State': join(folder, 'state'),
    'Dir::State::lists': join(folder, 'state', 'lists'),
    'Dir::State::status': '/var/lib/dpkg/status',
    'Dir::State::extended_states': join(folder, 'state', 'extended_states'),
    'Dir::Cache': join(folder, 'cache'),
    'Dir::Cache::archives': join(folder, 'cache', 'archives'),
    'Dir::Log': folder,
    'Debug::NoLocking': 'true',
    'APT::Sandbox::User': userInfo().username,
    'Acquire::Languages': 'none',
    'Acquire::Retries': '2',
    'Acquire::http::Timeout': '20',
    'Acquire::https::Timeout': '20',
  };
  const lines = Object.entries(settings).map(([key, value]) => `${key} "${value}";`);
  // Images of containers clean the system's own cache after every update: not ours to do.
  lines.push(
    '#clear APT::Update::Post-Invoke;',
    '#clear APT::Update::Post-Invoke-Success;',
    '#clear DPkg::Post-Invoke;',
  );
  const file = join(folder, 'apt.conf');
  await writeFile(file, `${lines.join('\n')}\n`);
  return ['-q', '-c', file];
}

async function unpack(archives: string, root: string, onProgress: (line: string) => void): Promise<void> {
  const packages = (await readdir(archives)).filter((file) => file.endsWith('.deb'));
  onProgress(`unpacking ${packages.length} packages`);
  await mkdir(root, { recursive: true });
  for (const file of packages) {
    await run('dpkg-deb', ['-x', join(archives, file), root], archives);
  }
}

/** Swaps the new folder in. If another fetch was quicker, its folder is as good as ours. */
async function moveInto(target: string, work: string): Promise<void> {
  const old = `${work}.old`;
  await rename(target, old).catch(() => undefined);
  try {
    await rename(work, target);
  } catch (error) {
    if (!existsSync(join(target, 'root'))) throw error;
  }
  await rm(old, { recursive: true, force: true });
}

/** One folder for each program, distribution, release and kind of processor. */
async function cacheFolder(name: string, env: NodeJS.ProcessEnv): Promise<string> {
  const base = env.XDG_CACHE_HOME || join(env.HOME || homedir(), '.cache');
  const release = await readFile('/etc/os-release', 'utf8').catch(() => '');
  const field = (key: string) => new RegExp(`^${key}="?([\\w.-]+)"?$`, 'm').exec(release)?.[1] ?? 'unknown';
  return join(base, 'drover', `${name}-${field('ID')}-${field('VERSION_ID')}-${process.arch}`);
}

async function describe(folder: string): Promise<FetchedPackages> {
  const folders = new Set<string>();
  for (const top of ['lib', 'usr/lib']) {
    const files = await readdir(join(folder, top), { recursive: true, withFileTypes: true }).catch(() => []);
    for (const file of files) {
      if (/\.so(\.|$)/.test(file.name)) folders.add(file.parentPath);
    }
  }
  // Plugins lie in deeper folders: the libraries proper come first.
  const byDepth = [...folders].sort((a, b) => a.split('/').length - b.split('/').length || a.localeCompare(b));
  return { folder, libraryPath: byDepth.join(':') };
}

function run(program: string, args: string[], cwd: string): Promise<void> {
  return new Promise((resolve, reject) => {
    const env = { ...process.env, LC_ALL: 'C', DEBIAN_FRONTEND: 'noninteractive' };
    const options = { cwd, env, timeout: stepTimeoutMs, maxBuffer: 64 * 1_024 * 1_024 };
    execFile(program, args, options, (error, stdout, stderr) => {
      if (error === null) return resolve();
      const lines = `${stderr}\n${stdout}`.split('\n').filter((line) => /^(E|Err|W):?/.test(line));
      const reason = lines.slice(0, 3).join(' · ') || error.message;
      reject(new FetchError(`${program} did not succeed: ${reason}`, { cause: error }));
    });
  });
}
