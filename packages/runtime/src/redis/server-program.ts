import { execFile } from 'node:child_process';
import { access, constants } from 'node:fs/promises';
import { delimiter, isAbsolute, join } from 'node:path';
import { isNewEnough, oldestVersion, readVersion, type Version } from './redis-config.ts';

/** Where a server program was found. */
export type ProgramOrigin = 'REDIS_SERVER_BIN' | 'PATH' | 'Homebrew' | 'cache' | 'distribution';

/** A server program that was seen to work. */
export type ServerProgram = {
  path: string;
  origin: ProgramOrigin;
  version: Version;
  /** Variables that it needs: the folders of its libraries. */
  env: Record<string, string>;
};

export type Candidate = { path: string; origin: ProgramOrigin; env?: Record<string, string> };

/** What asking a program for its version showed. */
export type ProgramProbe = Version | 'missing' | { broken: string };

const names = ['valkey-server', 'redis-server'];
const homebrewPrefixes = ['/opt/homebrew', '/usr/local', '/home/linuxbrew/.linuxbrew'];

/** The places to look at, in order. */
export function candidates(env: NodeJS.ProcessEnv): Candidate[] {
  const found: Candidate[] = [];
  if (env.REDIS_SERVER_BIN) found.push({ path: env.REDIS_SERVER_BIN, origin: 'REDIS_SERVER_BIN' });
  const folders = (env.PATH ?? '').split(delimiter).filter((folder) => isAbsolute(folder));
  for (const name of names) {
    for (const folder of folders) found.push({ path: join(folder, name), origin: 'PATH' });
  }
  for (const prefix of homebrewPrefixes) {
    for (const name of names) {
      found.push({ path: join(prefix, 'bin', name), origin: 'Homebrew' });
      found.push({ path: join(prefix, 'opt', name.replace('-server', ''), 'bin', name), origin: 'Homebrew' });
    }
  }
  return found;
}

/**
 * The first candidate that works and is new enough. What somebody named in REDIS_SERVER_BIN is used or is an error;
 * others that do not fit are passed over, and `skipped` is told why.
 */
export async function chooseProgram(
  from: Candidate[],
  probe: (candidate: Candidate) => Promise<ProgramProbe>,
  skipped: (candidate: Candidate, reason: string) => void,
): Promise<ServerProgram | undefined> {
  for (const candidate of from) {
    const found = await probe(candidate);
    if (Array.isArray(found) && isNewEnough(found)) {
      return { path: candidate.path, origin: candidate.origin, version: found, env: candidate.env ?? {} };
    }
    const reason = unfit(found);
    if (candidate.origin === 'REDIS_SERVER_BIN') {
      throw new Error(`REDIS_SERVER_BIN names ${candidate.path}, but ${reason}`);
    }
    if (found !== 'missing') skipped(candidate, reason);
  }
  return undefined;
}

function unfit(found: ProgramProbe): string {
  if (found === 'missing') return 'there is no such program';
  if (!Array.isArray(found)) return `it does not run: ${found.broken}`;
  return `it is version ${found.join('.')}, and ${oldestVersion.slice(0, 2).join('.')} or newer is needed`;
}

/** Runs the program with `--version`. */
export async function probeProgram(candidate: Candidate): Promise<ProgramProbe> {
  const isThere = await access(candidate.path, constants.X_OK).then(
    () => true,
    () => false,
  );
  if (!isThere) return 'missing';
  return new Promise((resolve) => {
    const env = { ...process.env, ...candidate.env };
    execFile(candidate.path, ['--version'], { env, timeout: 10_000 }, (error, stdout, stderr) => {
      const version = readVersion(stdout);
      if (version !== undefined) resolve(version);
      else resolve({ broken: (stderr || error?.message || `it answered ${JSON.stringify(stdout)}`).trim() });
    });
  });
}

/** The one command that gives this platform a server. */
export function installCommand(platform: NodeJS.Platform, exists: (path: string) => boolean): string {
  if (platform === 'darwin') return 'brew install valkey';
  if (platform === 'win32') return 'wsl --install   (Drover runs on Linux and macOS; on Windows, inside WSL)';
  const managers: [path: string, command: string][] = [
    ['/usr/bin/apt-get', 'sudo apt-get install -y redis-server'],
    ['/usr/bin/dnf', 'sudo dnf install -y valkey'],
    ['/usr/bin/yum', 'sudo yum install -y redis'],
    ['/sbin/apk', 'sudo apk add valkey'],
    ['/usr/bin/pacman', 'sudo pacman -S --noconfirm valkey'],
    ['/usr/bin/zypper', 'sudo zypper install -y valkey'],
  ];
  const found = managers.find(([path]) => exists(path));
  return (
    found?.[1] ??
    'docker run -d -p 127.0.0.1:6379:6379 valkey/valkey --maxmemory-policy noeviction   (then REDIS_URL=redis://127.0.0.1:6379 npm start)'
  );
}
