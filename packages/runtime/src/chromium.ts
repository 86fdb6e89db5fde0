import { execFile } from 'node:child_process';
import { existsSync } from 'node:fs';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { delimiter, dirname, isAbsolute, join } from 'node:path';
import { cachedDebianPackages, FetchError, type FetchedPackages, fetchDebianPackages } from './debian-packages.ts';
import type { Logger } from './logger.ts';

/** A browser that was seen to render a page, and how to start it. */
export type Chromium = {
  path: string;
  origin: 'CHROMIUM_BIN' | 'PATH' | 'cache' | 'distribution';
  args: string[];
  /** Variables that it needs, beside the process's own. */
  env: Record<string, string>;
};

/** Without a display, without a sandbox of its own (containers forbid it), and without calls to its makers. */
const headlessArgs = [
  '--no-sandbox',
  '--headless',
  '--disable-gpu',
  '--disable-quic',
  '--disable-dev-shm-usage',
  '--no-first-run',
  '--disable-background-networking',
  '--disable-component-update',
  '--disable-sync',
];

/** The headless shell first: it draws the same pages, and has no windows, whose parts cost as much as the page. */
const programs = [
  'chromium-headless-shell',
  'chrome-headless-shell',
  'chromium',
  'chromium-browser',
  'google-chrome',
  'google-chrome-stable',
];
/** Each names its package, its program and its place in the cache. */
const distributed = ['chromium-headless-shell', 'chromium'] as const;
type Distributed = (typeof distributed)[number];
const fontPackages = ['fonts-dejavu-core', 'fontconfig-config'];
const renderMs = 60_000;

/**
 * A Chromium for browser tests: CHROMIUM_BIN → PATH → the cache → the distribution's package, fetched without root.
 * @throws Error that says what was tried
 */
export async function findChromium(options: { env?: NodeJS.ProcessEnv; logger: Logger }): Promise<Chromium> {
  const { env = process.env, logger } = options;
  if (env.CHROMIUM_BIN) {
    const given: Chromium = { path: env.CHROMIUM_BIN, origin: 'CHROMIUM_BIN', args: headlessArgs, env: {} };
    const fault = await renderFault(given);
    if (fault === undefined) return given;
    throw new Error(`CHROMIUM_BIN names ${given.path}, but it does not render a page: ${fault}`);
  }
  const installed = installedChromiums(env);
  for (const name of distributed) {
    const cached = await cachedDebianPackages(name, env);
    if (cached !== undefined) installed.push(await packaged(name, cached, 'cache'));
  }
  for (const chromium of installed) {
    const fault = await renderFault(chromium);
    if (fault === undefined) return chromium;
    logger.warn({ program: chromium.path, reason: fault }, 'passed over a Chromium');
  }
  logger.info('no Chromium on this machine: fetching the one of the distribution, once, without root');
  return fetchChromium(env, logger);
}

/** Not every distribution has each of them. */
async function fetchChromium(env: NodeJS.ProcessEnv, logger: Logger): Promise<Chromium> {
  const onProgress = (step: string) => logger.info(`Chromium: ${step}`);
  const faults: string[] = [];
  for (const name of distributed) {
    try {
      const packages = [name, ...fontPackages];
      const fetched = await fetchDebianPackages({ name, packages, env, onProgress });
      const chromium = await packaged(name, fetched, 'distribution');
      const fault = await renderFault(chromium);
      if (fault === undefined) return chromium;
      faults.push(`${name}: ${fault}`);
    } catch (error) {
      if (!(error instanceof FetchError)) throw error;
      faults.push(`${name}: ${error.message}`);
    }
  }
  throw new Error(
    `No Chromium of the distribution renders a page (${faults.join('; ')}). Set CHROMIUM_BIN to one that does`,
  );
}

function installedChromiums(env: NodeJS.ProcessEnv): Chromium[] {
  const folders = (env.PATH ?? '').split(delimiter).filter((folder) => isAbsolute(folder));
  return programs
    .flatMap((program) => folders.map((folder) => join(folder, program)))
    .filter((path) => existsSync(path))
    .map((path) => ({ path, origin: 'PATH', args: headlessArgs, env: {} }));
}

/** The program itself rather than the package's start script, with the libraries and fonts that came with it. */
async function packaged(
  name: Distributed,
  fetched: FetchedPackages,
  origin: 'cache' | 'distribution',
): Promise<Chromium> {
  const cache = dirname(fetched.folder);
  const fonts = join(cache, 'fonts.conf');
  if (!existsSync(fonts)) await writeFile(fonts, fontConfig(fetched.folder, cache));
  return {
    path: join(fetched.folder, 'usr', 'lib', 'chromium', name),
    origin,
    args: headlessArgs,
    env: { LD_LIBRARY_PATH: fetched.libraryPath, FONTCONFIG_FILE: fonts },
  };
}

function fontConfig(root: string, cache: string): string {
  return `<?xml version="1.0"?>
<!DOCTYPE fontconfig SYSTEM "fonts.dtd">
<fontconfig>
  <dir>${root}/usr/share/fonts</dir>
  <dir>/usr/share/fonts</dir>
  <cachedir>${cache}/fontconfig</cachedir>
  <alias><family>sans-serif</family><prefer><family>DejaVu Sans</family></prefer></alias>
  <alias><family>serif</family><prefer><family>DejaVu Serif</family></prefer></alias>
  <alias><family>monospace</family><prefer><family>DejaVu Sans Mono</family></prefer></alias>
</fontconfig>
`;
}

/** A page whose script writes how wide a word is: with no fonts it is 0, and with no script it is not there. */
const page =
  '<p><span>width</span><script>document.body.dataset.wide = document.querySelector("span").offsetWidth</script>';

/** What keeps it from rendering a page; undefined when it does. */
async function renderFault(chromium: Chromium): Promise<string | undefined> {
  if (!existsSync(chromium.path)) return 'there is no such program';
  const profile = await mkdtemp(join(tmpdir(), 'drover-chromium-'));
  const args = [
    ...chromium.args,
    `--user-data-dir=${profile}`,
    '--dump-dom',
    `data:text/html,${encodeURIComponent(page)}`,
  ];
  try {
    return await new Promise((resolve) => {
      const options = { env: { ...process.env, ...chromium.env }, timeout: renderMs, maxBuffer: 8 * 1_024 * 1_024 };
      execFile(chromium.path, args, options, (error, stdout, stderr) => {
        if (/data-wide="[1-9]/.test(stdout)) return resolve(undefined);
        const said = stderr.trim().split('\n').slice(-3).join(' · ').slice(0, 1_000);
        resolve(said || error?.message || `its page was ${JSON.stringify(stdout.slice(0, 200))}`);
      });
    });
  } finally {
    await rm(profile, { recursive: true, force: true, maxRetries: 5 });
  }
}
