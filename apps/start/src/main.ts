import { existsSync, statSync } from 'node:fs';
import { mkdir, writeFile } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import { createClient } from '@drover/client';
import { createLogger, filesFolder, runProcess, Settings, settingsOrExit } from '@drover/runtime';
import { Drover } from './drover.ts';
import { readOptions, type StartOptions, usage } from './options.ts';
import { createTerminal } from './terminal.ts';
import { tourSteps } from './tour/steps.ts';
import { runTour } from './tour/tour.ts';
import { printWelcome } from './welcome.ts';

/** What `npm start` runs. */

/** On top of the grace period of the processes: the dashboard, and Redis writing its file. */
const stopMarginMs = 40_000;
const tourKey = 'tour';

const options = optionsOrExit();
/** Those of the workers too: a fault in one of them is told before anything starts. */
const given = settingsOrExit(Settings);
/** This may be somebody's desk: where nobody says how many workers, they leave it some cores. */
const fewWorkers = Math.min(Math.max(given.WORKERS, 2), 4);
const settings = { ...given, WORKERS: process.env.WORKERS?.trim() ? given.WORKERS : fewWorkers };
const terminal = createTerminal();
const logger = createLogger({ name: 'start', level: settings.LOG_LEVEL });
const dataDir = resolve(settings.DATA_DIR);
/** There when the tour was seen on this data folder. */
const tourMark = join(dataDir, 'tour-seen');

runProcess({
  logger,
  graceMs: settings.SHUTDOWN_GRACE_SECONDS * 1_000 + stopMarginMs,
  start: async (ending) => {
    const drover = await startOrExit(ending);
    const done = tourOrLogs(drover, ending).catch((error: unknown) => {
      if (!ending.aborted) throw error;
    });
    return {
      async stop() {
        const grace = `${settings.SHUTDOWN_GRACE_SECONDS} s`;
        terminal.print(`Stopping: begun tasks have ${grace} to end. Ctrl-C again ends at once.`);
        await done;
        await drover.stop();
        terminal.print('Drover has stopped.');
      },
    };
  },
});

async function startOrExit(signal: AbortSignal): Promise<Drover> {
  const onStep = (text: string) => terminal.print(terminal.paint('dim', `▸ ${text}`));
  terminal.holdLogs();
  try {
    return await Drover.start({ settings, env: process.env, logger, onLine: terminal.log, onStep, signal });
  } catch (error) {
    terminal.showFaults();
    if (signal.aborted) throw error;
    process.stderr.write(`\n${terminal.paint('red', (error as Error).message)}\n`);
    process.exit(1);
  }
}

/** Shows the tour, if it is to be shown, and then what the processes log. */
async function tourOrLogs(drover: Drover, signal: AbortSignal): Promise<void> {
  printWelcome(terminal, {
    apiUrl: drover.apiUrl,
    dashboardUrl: drover.dashboardUrl,
    redis: drover.redis,
    workers: settings.WORKERS,
    dataDir,
    newToken: drover.newToken,
    givenToken: settings.ADMIN_TOKEN,
  });
  let isGood = true;
  if (options.tour ?? !existsSync(tourMark)) isGood = await showTour(drover, signal);
  if (!isGood) terminal.showFaults();
  if (options.exit) {
    await drover.stop();
    process.exit(isGood ? 0 : 1);
  }
  terminal.releaseLogs();
  terminal.print(terminal.paint('dim', '  Ctrl-C finishes begun tasks and stops. What the processes log:'));
  terminal.print();
}

/** Over HTTP, with a key of its own that is gone afterwards. */
async function showTour({ cluster, apiUrl }: Drover, signal: AbortSignal): Promise<boolean> {
  for (const key of await cluster.keys.list()) if (key.name === tourKey) await cluster.keys.revoke(key.id);
  // Schedules are made by admins.
  const { id, token } = await cluster.keys.create({ name: tourKey, scopes: ['admin'] });
  try {
    const client = createClient({ baseUrl: apiUrl, token });
    const files = filesFolder(dataDir);
    await mkdir(files, { recursive: true, mode: 0o700 });
    const isGood = await runTour(tourSteps, { client, terminal, files, file: options.file, signal });
    if (isGood) await writeFile(tourMark, `${new Date().toISOString()}\n`);
    return isGood;
  } finally {
    await cluster.keys.revoke(id).catch(() => undefined);
  }
}

function optionsOrExit(): StartOptions {
  try {
    const read = readOptions(process.argv.slice(2));
    if (read.help) {
      process.stdout.write(usage);
      process.exit(0);
    }
    if (read.file === undefined) return read;
    // npm runs us in the project's folder, wherever it was called.
    const file = resolve(process.env.INIT_CWD ?? process.cwd(), read.file);
    if (!existsSync(file) || !statSync(file).isFile()) throw new Error(`--file: there is no file ${file}`);
    return { ...read, file };
  } catch (error) {
    process.stderr.write(`${(error as Error).message}\n\n${usage}`);
    process.exit(2);
  }
}
