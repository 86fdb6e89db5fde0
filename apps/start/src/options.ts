import { parseArgs } from 'node:util';

export const usage = `Starts Drover on this machine: Redis (if there is none), API, workers and dashboard.

  npm start                          starts; at the first start, with the tour
  npm start -- --tour                with the tour
  npm start -- --tour --file my.csv  the tour works on your file
  npm start -- --tour --exit         ends after the tour, with 0 if all was as it should be
  npm start -- --no-tour             without the tour
  npm start -- --help                this text

Settings come from the environment: REDIS_URL, API_PORT (3000), DASHBOARD_PORT (3001), ADMIN_TOKEN, DATA_DIR (.drover),
WORKERS (one per core, 2 to 4), CONCURRENCY, QUEUES, MODULES, KEY_PREFIX, LOG_LEVEL, SHUTDOWN_GRACE_SECONDS (25), SMTP_URL, LISTEN_HOST.
The README tells what each means.
`;

export type StartOptions = {
  help: boolean;
  /** Default: at the first start on a data folder. */
  tour: boolean | undefined;
  /** Ends after the tour. */
  exit: boolean;
  /** The tour's CSV file. Default: the shipped sample. */
  file: string | undefined;
};

/** @throws Error that names the option that is not known or lacks its value */
export function readOptions(args: string[]): StartOptions {
  const { values } = parseArgs({
    args,
    allowNegative: true,
    options: {
      help: { type: 'boolean', short: 'h', default: false },
      tour: { type: 'boolean' },
      exit: { type: 'boolean', default: false },
      file: { type: 'string' },
    },
  });
  const { help, exit, file } = values;
  // What only the tour can use asks for it.
  const tour = values.tour ?? (exit || file !== undefined ? true : undefined);
  if (tour === false && (exit || file !== undefined))
    throw new Error('--exit and --file belong to the tour: not with --no-tour');
  return { help, tour, exit, file };
}
