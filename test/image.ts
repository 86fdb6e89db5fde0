import { execFile } from 'node:child_process';
import { cp, mkdir, mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join, relative, resolve } from 'node:path';
import { promisify } from 'node:util';
import { environmentOf, type ImageStage, readDockerfile, wholeStage } from './dockerfile.ts';

/**
 * Builds the image without an engine: every stage is a folder, and the Dockerfile's own RUN and COPY lines are done
 * there, in their order. The Node that runs this stands for the base image's; absolute paths of the image lie below the
 * stage's folder, and its user `node` is the one that runs this.
 */
export type Image = {
  stages: ImageStage[];
  /** The folder that stands for `/` of a stage. */
  rootOf(stage: string): string;
  remove(): Promise<void>;
};

const project = resolve(import.meta.dirname, '..');
const run = promisify(execFile);

export async function buildImage(report: (line: string) => void): Promise<Image> {
  const stages = readDockerfile(await readFile(join(project, 'deploy/Dockerfile'), 'utf8'));
  const folder = await mkdtemp(join(tmpdir(), 'drover-image-'));
  const roots = new Map<string, string>();
  const rootOf = (name: string) => {
    const root = roots.get(name);
    if (root === undefined) throw new Error(`there is no stage "${name}" before`);
    return root;
  };
  try {
    for (const stage of stages) {
      const base = roots.get(stage.from);
      const isEmpty = !stage.instructions.some(({ word }) => ['RUN', 'COPY', 'WORKDIR'].includes(word));
      // What adds no file is the same folder.
      const root = isEmpty && base !== undefined ? base : join(folder, stage.name);
      roots.set(stage.name, root);
      if (root === base) continue;
      await mkdir(root);
      if (base !== undefined) await cp(base, root, { recursive: true, verbatimSymlinks: true });
      await buildStage(stage, stages, { root, rootOf, report });
    }
  } catch (error) {
    await rm(folder, { recursive: true, force: true });
    throw error;
  }
  return { stages, rootOf, remove: () => rm(folder, { recursive: true, force: true }) };
}

type Site = { root: string; rootOf: (name: string) => string; report: (line: string) => void };

async function buildStage(stage: ImageStage, stages: ImageStage[], { root, rootOf, report }: Site): Promise<void> {
  let workdir = '/';
  for (const { word, rest } of stage.instructions) {
    const since = Date.now();
    if (word === 'WORKDIR') {
      workdir = rest;
      await mkdir(join(root, workdir), { recursive: true });
    } else if (word === 'COPY') {
      await copy(rest, join(root, workdir), rootOf);
    } else if (word === 'RUN') {
      await runLine(rest, root, join(root, workdir), environmentOf(wholeStage(stages, stage.name)));
    } else continue;
    report(`${stage.name}: ${word} ${rest} (${((Date.now() - since) / 1_000).toFixed(1)} s)`);
  }
}

async function copy(rest: string, workdir: string, rootOf: (name: string) => string): Promise<void> {
  const words = rest.split(/\s+/);
  const from = words.find((word) => word.startsWith('--from='))?.slice('--from='.length);
  const [source = '', target = ''] = words.filter((word) => !word.startsWith('--'));
  const destination = resolve(workdir, target);
  if (from === undefined) {
    await copyContext(join(project, source), destination);
    return;
  }
  const path = join(rootOf(from), source);
  const isFolder = source.endsWith('/');
  const to = isFolder || !target.endsWith('.') ? destination : join(destination, source.split('/').at(-1) ?? '');
  await cp(path, to, { recursive: true, verbatimSymlinks: true });
}

/** What an engine is sent: the folder without what the ignore file names. */
async function copyContext(source: string, destination: string): Promise<void> {
  const ignored = (await readFile(join(project, 'deploy/Dockerfile.dockerignore'), 'utf8'))
    .split('\n')
    .filter((line) => line.trim() !== '' && !line.startsWith('#'));
  await cp(source, destination, {
    recursive: true,
    filter: (path) => !ignored.some((pattern) => isIgnored(relative(project, path), pattern)),
  });
}

/** Our patterns are all of one kind: a name, at any depth. */
function isIgnored(path: string, pattern: string): boolean {
  const name = new RegExp(`^${pattern.replace('**/', '').replaceAll('.', '\\.').replaceAll('*', '.*')}$`);
  return path.split('/').some((part) => name.test(part));
}

/**
 * Variables of the test runner and of the npm that started it are nobody's in an image. Packages that this machine has
 * downloaded before are not asked for again.
 */
function cleanEnvironment(): Record<string, string> {
  const kept = Object.entries(process.env).filter(
    ([name]) =>
      !/^(npm_|NODE_ENV|NODE_OPTIONS|VITEST|VITE_|TURBO_|INIT_CWD|TEST|DEV|PROD|MODE|SSR|BASE_URL)/.test(name),
  );
  const clean = Object.fromEntries(kept.map(([name, value]) => [name, value ?? '']));
  return { ...clean, npm_config_prefer_offline: 'true' };
}

async function runLine(line: string, root: string, cwd: string, env: Record<string, string>): Promise<void> {
  const { uid, gid } = { uid: process.getuid?.() ?? 0, gid: process.getgid?.() ?? 0 };
  const here = line.replaceAll(/(?<=\s)\/(?=\w)/g, `${root}/`).replaceAll('node:node', `${uid}:${gid}`);
  try {
    await run('/bin/sh', ['-e', '-c', here], { cwd, env: { ...cleanEnvironment(), ...env }, maxBuffer: 2 ** 26 });
  } catch (error) {
    const { stdout, stderr } = error as { stdout?: string; stderr?: string };
    throw new Error(`RUN ${line} failed:\n${stdout?.slice(-4_000)}\n${stderr?.slice(-4_000)}`);
  }
}
