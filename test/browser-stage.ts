import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createClient, type DroverClient } from '@drover/client';
import { createLogger, findChromium } from '@drover/runtime';
import { type Browser, type BrowserContext, type BrowserContextOptions, chromium, type Page } from 'playwright-core';
import { expect } from 'vitest';
import { eventually } from './eventually.ts';
import { endAll, type Started, start } from './start-stage.ts';

/** What `npm start` starts, and a browser before it. */
export type BrowserStage = {
  /** The dashboard's address. */
  url: string;
  /** The API's. */
  apiUrl: string;
  token: string;
  /** Past the dashboard, straight to the API. */
  client: DroverClient;
  /** A visit of one person: cookies, colours and screen of its own; with the admin's session, if so asked. */
  visit(options?: BrowserContextOptions, as?: 'signed in'): Promise<Visit>;
  stop(): Promise<void>;
};

export type Visit = {
  page: Page;
  context: BrowserContext;
  /** Goes to a path, and waits until its heading is there and nothing is loading. */
  open(path: string): Promise<void>;
  signIn(token?: string): Promise<void>;
  /** What pages must never do: errors on the console, policy violations, requests to other hosts. */
  offences: string[];
  close(): Promise<void>;
};

const token = 'admin-token-of-the-browser-tests';

/** A page answers within this, ms; a real task behind it included. */
const patienceMs = 20_000;

export async function startBrowserStage(env: NodeJS.ProcessEnv = {}): Promise<BrowserStage> {
  const dataDir = await mkdtemp(join(tmpdir(), 'drover-browser-'));
  // A browser keeps two cores busy: a worker that is careful with its CPU would let what pages show wait for it.
  const started = start({ dataDir, args: ['--no-tour'], env: { ADMIN_TOKEN: token, CPU_PERCENT: '0', ...env } });
  const stops: (() => Promise<unknown>)[] = [
    async () => {
      await endAll(dataDir);
      await rm(dataDir, { recursive: true, force: true });
    },
  ];
  const stop = async () => {
    for (const end of stops.reverse()) await end();
  };
  try {
    const url = await dashboardUrl(started);
    await requireBuiltPages(url);
    const browser = await launchBrowser();
    stops.push(() => browser.close());
    const apiUrl = started.apiUrl();
    const client = createClient({ baseUrl: apiUrl, token });
    await eventually(async () => expect(await client.workers.list()).not.toEqual([]), patienceMs);
    const places = createPlaces(browser);
    let signedIn: Promise<Cookies> | undefined;
    return {
      url,
      apiUrl,
      token,
      client,
      stop,
      async visit(options = {}, as) {
        if (as === undefined) return visit(places, url, options);
        signedIn ??= signedInCookies(places, url);
        return visit(places, url, options, await signedIn);
      },
    };
  } catch (error) {
    await stop();
    throw error;
  }
}

async function dashboardUrl(started: Started): Promise<string> {
  const line = /Dashboard +(http:\/\/[\w.:-]+)/;
  await started.wrote(line);
  return line.exec(started.output)?.[1] ?? '';
}

/** The dashboard runs without its pages too, and says so; a test then has nothing to look at. */
async function requireBuiltPages(url: string): Promise<void> {
  const page = await (await fetch(`${url}/sign-in`, { headers: { accept: 'text/html' } })).text();
  if (!page.includes('id="root"')) throw new Error('The pages are not built: run "npm run build" first.');
}

/** No browser is a failure, not a skip. */
async function launchBrowser(): Promise<Browser> {
  const program = await findChromium({ logger: createLogger({ name: 'test', level: 'info' }) });
  const env = { ...(process.env as Record<string, string>), ...program.env };
  return chromium.launch({ executablePath: program.path, args: program.args, env });
}

type Cookies = Awaited<ReturnType<BrowserContext['cookies']>>;

async function signedInCookies(places: Places, url: string): Promise<Cookies> {
  const first = await visit(places, url, {});
  await first.signIn();
  const cookies = await first.context.cookies();
  await first.close();
  return cookies;
}

type Places = {
  take(options: BrowserContextOptions): Promise<BrowserContext>;
  giveBack(context: BrowserContext, options: BrowserContextOptions): Promise<void>;
};

/** Contexts that visits had before are used again: what the browser keeps of scripts makes a page three times as fast. */
function createPlaces(browser: Browser): Places {
  const free = new Map<string, BrowserContext[]>();
  return {
    async take(options) {
      return free.get(JSON.stringify(options))?.pop() ?? (await browser.newContext(options));
    },
    async giveBack(context, options) {
      // What a person leaves behind goes: pages, cookies, what pages keep.
      for (const page of context.pages()) {
        if (page.url().startsWith('http')) await page.evaluate(() => [localStorage.clear(), sessionStorage.clear()]);
        await page.close();
      }
      await context.unrouteAll();
      await context.setOffline(false);
      await context.clearCookies();
      const key = JSON.stringify(options);
      free.set(key, [...(free.get(key) ?? []), context]);
    },
  };
}

async function visit(
  places: Places,
  url: string,
  options: BrowserContextOptions,
  cookies: Cookies = [],
): Promise<Visit> {
  const context = await places.take(options);
  await context.addCookies(cookies);
  const page = await context.newPage();
  page.setDefaultTimeout(patienceMs);
  const offences: string[] = [];
  page.on('pageerror', (error) => offences.push(`page error: ${error.message}`));
  page.on('console', (message) => {
    // A refused request is written to the console by the browser itself; whether the page bears it is what is tested.
    const isRefusal = /^Failed to load resource: the server responded with a status of 4\d\d/.test(message.text());
    if (message.type() === 'error' && !isRefusal) offences.push(`console: ${message.text()}`);
  });
  page.on('request', (request) => {
    if (!request.url().startsWith(`${url}/`)) offences.push(`another host: ${request.url()}`);
  });
  await page.addInitScript(() => {
    document.addEventListener('securitypolicyviolation', (event) => {
      console.error(`policy violated: ${event.violatedDirective} ${event.blockedURI}`);
    });
  });

  const open = async (path: string) => {
    await page.goto(url + path);
    await page.getByRole('heading', { level: 1 }).first().waitFor();
    await page.locator('[aria-busy="true"], .mantine-Skeleton-root').first().waitFor({ state: 'detached' });
  };
  return {
    page,
    context,
    open,
    async signIn(asked = token) {
      await open('/sign-in');
      await page.getByLabel('Token', { exact: true }).fill(asked);
      await page.getByRole('button', { name: 'Sign in' }).click();
      await page.getByRole('heading', { level: 1, name: 'Overview' }).waitFor();
    },
    offences,
    close: () => places.giveBack(context, options),
  };
}

const axePath = createRequire(import.meta.url).resolve('axe-core/axe.min.js');

type Finding = { id: string; impact: string | null; help: string; where: string[] };

/** What axe finds on the page as it is now, the serious and the critical. */
export async function seriousFindings(page: Page): Promise<Finding[]> {
  await atRest(page);
  // Injected as code of the test, so that the page's policy stays as it is.
  await page.evaluate(await axeSource());
  const findings = await page.evaluate(async () => {
    type Axe = { run(what: Document, options: object): Promise<{ violations: AxeViolation[] }> };
    type AxeViolation = { id: string; impact: string | null; help: string; nodes: { html: string }[] };
    const { axe } = globalThis as unknown as { axe: Axe };
    const { violations } = await axe.run(document, { resultTypes: ['violations'] });
    return violations.map(({ id, impact, help, nodes }) => ({
      id,
      impact,
      help,
      where: nodes.map(({ html }) => html),
    }));
  });
  return findings.filter(({ impact }) => impact === 'serious' || impact === 'critical');
}

/** Waits for what moves or fades to end: half-way, colours are none that anybody chose. What turns for ever may go on. */
async function atRest(page: Page): Promise<void> {
  const isStill = await page.evaluate(async () => {
    const isMoving = () =>
      document
        .getAnimations()
        .some(({ playState, effect }) => playState === 'running' && effect?.getComputedTiming().endTime !== Infinity);
    let stillFrames = 0;
    for (let frame = 0; frame < 600 && stillFrames < 10; frame += 1) {
      await new Promise(requestAnimationFrame);
      stillFrames = isMoving() ? 0 : stillFrames + 1;
    }
    return stillFrames === 10;
  });
  if (!isStill) throw new Error('the page went on moving for 600 frames');
}

let axe: string | undefined;
async function axeSource(): Promise<string> {
  axe ??= await readFile(axePath, 'utf8');
  return axe;
}
