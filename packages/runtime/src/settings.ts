import { availableParallelism } from 'node:os';
import { resolve } from 'node:path';
import { z } from 'zod';

/**
 * Settings come from the environment, under the names below. Each app picks those that it needs
 * (`Settings.pick({ REDIS_URL: true })`) and reads them once, with `readSettings`. An empty value counts as unset.
 */

const redisUrl = 'a Redis address such as redis://:password@host:6379/0 (redis: or rediss:)';

export const Settings = z.object({
  /** The Redis to use. Default: none, so that `npm start` finds or fetches one; the other apps need it. */
  REDIS_URL: address(['redis:', 'rediss:'], redisUrl).optional(),
  /** Port of the API; 0 takes a free one. */
  API_PORT: wholeNumber(0, 65_535).default(3_000),
  /** Port of the dashboard; 0 takes a free one. */
  DASHBOARD_PORT: wholeNumber(0, 65_535).default(3_001),
  /** Address that the API and the dashboard listen on. `0.0.0.0` opens them to the network: put TLS before them. */
  LISTEN_HOST: text(/^[0-9A-Za-z.:_-]{1,253}$/, 'an IP address or a host name').default('127.0.0.1'),
  /**
   * Reverse proxies in front of the API, and of the dashboard, whose X-Forwarded-* headers tell from where a request
   * comes. Behind one that ends TLS the dashboard must know, or its session cookie is not marked Secure; more than there
   * are, and people choose the address that the audit shows.
   */
  TRUSTED_PROXIES: wholeNumber(0, 10).default(0),
  /** The token with all rights. Default: one is generated at the first start. */
  ADMIN_TOKEN: text(/^[\x21-\x7e]{8,256}$/, '8 to 256 visible ASCII characters').optional(),
  /** Folder of the embedded Redis, and of the files that methods read and write (`filesFolder`). */
  DATA_DIR: text(/^[^\0]{1,1000}$/, 'a folder').default('.drover'),
  /** Paths and package names, by comma, that workers load models from. */
  MODULES: list(/^[^*?[\]{}\0]{1,1000}$/, 'paths or package names by comma; patterns such as *.js are not expanded'),
  /** Worker processes that a supervisor keeps on this host. Default: one per core. With WORKERS_MAX, how many it begins with. */
  WORKERS: wholeNumber(1, 256).default(() => Math.min(availableParallelism(), 256)),
  /**
   * Bounds of the number of workers, when it follows the work that waits. A supervisor does so only when WORKERS_MAX is
   * given; the API answers what is wanted within the same two. Default: from 2, to 256.
   */
  WORKERS_MIN: wholeNumber(1, 256).optional(),
  WORKERS_MAX: wholeNumber(1, 256).optional(),
  /** Between two changes of the number of workers by rule, in the whole cluster, seconds. */
  SCALE_COOLDOWN_SECONDS: wholeNumber(1, 3_600).default(30),
  /**
   * So long without a turn of its event loop, and a worker counts as hung: its supervisor kills and replaces it, seconds.
   * Its tasks are taken over by others.
   */
  HANG_SECONDS: wholeNumber(1, 86_400).default(30),
  /** A worker whose memory has grown beyond is replaced, in order, MB (resident). Default: never. */
  RECYCLE_MEMORY_MB: wholeNumber(64, 1_048_576).optional(),
  /** A worker that has ended so many tasks is replaced, in order. Default: never. */
  RECYCLE_TASKS: wholeNumber(1, 1_000_000_000).optional(),
  /** Tasks that one worker process runs at a time. */
  CONCURRENCY: wholeNumber(1, 1_000).default(50),
  /** Queues, by comma, that a worker takes from. Empty: all of the cluster, also those that come later. */
  QUEUES: list(/^[a-z][a-z0-9_]{0,63}$/, 'queue names (a-z, 0-9, _) by comma'),
  /** Begins every name in Redis: two clusters on one Redis need two. */
  KEY_PREFIX: text(/^[A-Za-z0-9._-]{1,64}$/, '1 to 64 of A-Z a-z 0-9 . _ -').default('drover'),
  /** Parts that the keys of a cluster are divided into. */
  SHARDS: z
    .literal('1', { error: '1; more than one shard is not supported yet' })
    .transform(() => 1 as const)
    .default(1),
  LOG_LEVEL: z
    .enum(['trace', 'debug', 'info', 'warn', 'error', 'fatal', 'silent'], {
      error: 'one of trace, debug, info, warn, error, fatal, silent',
    })
    .default('info'),
  /** How long begun work may go on after SIGTERM or Ctrl-C, seconds. */
  SHUTDOWN_GRACE_SECONDS: wholeNumber(0, 3_600).default(25),
  /**
   * Life of a running task's lock, seconds. So long after its worker was killed, another one takes the task over; a
   * worker whose event loop is blocked for longer may see its tasks run twice.
   */
  LOCK_SECONDS: wholeNumber(2, 600).default(30),
  /**
   * How much of the machine (of the container, where that has a limit) may be used, percent, before a worker holds back:
   * memory → tasks with a priority number above 100 wait; CPU → fewer tasks at a time; disk → clean-up methods run, and
   * nothing begins that needs disk. It goes on ten points below. 0: never.
   */
  MEMORY_PERCENT: wholeNumber(0, 100).default(80),
  CPU_PERCENT: wholeNumber(0, 100).default(90),
  DISK_PERCENT: wholeNumber(0, 100).default(90),
  /** Days that finished tasks are remembered: those that ended well, the others; and how many at most. */
  RETENTION_DONE_DAYS: wholeNumber(0, 3_650).default(30),
  RETENTION_OTHER_DAYS: wholeNumber(0, 3_650).default(90),
  RETENTION_TASKS: wholeNumber(0, 100_000_000).default(1_000_000),
  /** The scope that ending a running task needs: `admin`, or `operate`. */
  KILL_SCOPE: z.enum(['admin', 'operate'], { error: 'admin or operate' }).default('admin'),
  /** Server that sends e-mail. Default: none, so that sending is an error that says so. */
  SMTP_URL: address(
    ['smtp:', 'smtps:'],
    'a mail server such as smtp://user:password@host:587 (smtp: or smtps:)',
  ).optional(),
});
export type Settings = z.infer<typeof Settings>;

/** Within which the number of workers follows the work. `min` is at most `max`. */
export function scaleBounds({
  WORKERS_MIN: min,
  WORKERS_MAX: max = 256,
}: Pick<Settings, 'WORKERS_MIN' | 'WORKERS_MAX'>) {
  return { min: min ?? Math.min(2, max), max };
}

/** One setting that does not fit: what was expected, and what came (secrets excepted). */
export type SettingsFault = { name: string; expected: string; got: string };

export class SettingsError extends Error {
  override readonly name = 'SettingsError';
  readonly faults: SettingsFault[];

  constructor(faults: SettingsFault[]) {
    const lines = faults.map((fault) => `  ${fault.name}: expected ${fault.expected}, got ${fault.got}`);
    super(`${faults.length === 1 ? 'A setting is' : `${faults.length} settings are`} not valid:\n${lines.join('\n')}`);
    this.faults = faults;
  }
}

/**
 * Where methods read and write. A folder of its own in DATA_DIR: what lies beside it, such as the password of the
 * embedded Redis, is not for them. Absolute.
 */
export function filesFolder(dataDir: string): string {
  return resolve(dataDir, 'files');
}

type Environment = Record<string, string | undefined>;

/**
 * Reads the settings that `schema` names from the environment.
 * @throws SettingsError with every fault at once
 */
export function readSettings<S extends z.ZodObject>(schema: S, env: Environment = process.env): z.infer<S> {
  const given: Environment = {};
  for (const name of Object.keys(schema.shape)) {
    const value = env[name]?.trim();
    if (value) given[name] = value;
  }
  const read = schema.safeParse(given);
  const faults = new Map<string, SettingsFault>();
  if (read.success) {
    const fault = boundsFault(read.data);
    if (fault === undefined) return read.data;
    faults.set(fault.name, fault);
  }
  for (const issue of read.error?.issues ?? []) {
    const name = String(issue.path[0]);
    if (!faults.has(name)) faults.set(name, { name, expected: issue.message, got: shown(name, given[name]) });
  }
  throw new SettingsError([...faults.values()]);
}

/** The same for the first line of an app: faults go to stderr, without a stack, and the process ends with 1. */
export function settingsOrExit<S extends z.ZodObject>(schema: S, env: Environment = process.env): z.infer<S> {
  try {
    return readSettings(schema, env);
  } catch (error) {
    if (!(error instanceof SettingsError)) throw error;
    process.stderr.write(`${error.message}\n`);
    process.exit(1);
  }
}

/** The two bounds of the number of workers must leave room between them. */
function boundsFault({ WORKERS_MIN: min, WORKERS_MAX: max }: Record<string, unknown>): SettingsFault | undefined {
  if (typeof min !== 'number' || typeof max !== 'number' || min <= max) return undefined;
  return { name: 'WORKERS_MIN', expected: `at most WORKERS_MAX, which is ${max}`, got: JSON.stringify(String(min)) };
}

/** What came, in words that may be printed: addresses hold passwords, and tokens are secrets themselves. */
function shown(name: string, value: string | undefined): string {
  if (value === undefined) return 'nothing';
  if (/URL|TOKEN|SECRET|PASSWORD/.test(name)) return `a value of ${value.length} characters (not shown)`;
  return JSON.stringify(value.length > 100 ? `${value.slice(0, 100)}…` : value);
}

function wholeNumber(min: number, max: number) {
  const error = `a whole number from ${min} to ${max}`;
  return z
    .string({ error })
    .regex(/^\d{1,15}$/, { error })
    .transform(Number)
    .pipe(z.number().min(min, { error }).max(max, { error }));
}

function text(pattern: RegExp, error: string) {
  return z.string({ error }).regex(pattern, { error });
}

function list(item: RegExp, error: string) {
  return z
    .string({ error })
    .transform((value) => value.split(',').map((part) => part.trim()))
    .transform((parts) => parts.filter((part) => part !== ''))
    .pipe(z.array(text(item, error)))
    .default([]);
}

function address(protocols: string[], error: string) {
  return z
    .string({ error })
    .refine((value) => URL.canParse(value) && protocols.includes(new URL(value).protocol), { error });
}
