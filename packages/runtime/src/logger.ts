import { type Logger, pino } from 'pino';
import pretty from 'pino-pretty';

export type { Logger } from 'pino';

/** Fields that are never written, wherever they stand: at the top, one level down, or in a request's headers. */
const secretFields = ['token', 'adminToken', 'password', 'secret', 'authorization', 'cookie', 'redisUrl', 'smtpUrl'];
const secretPaths = secretFields.flatMap((field) => [field, `*.${field}`, `*.headers.${field}`]);
secretPaths.push('headers.authorization', 'headers.cookie', '*.headers["set-cookie"]');

/** How long a line may wait for others before it is written, ms, and how many characters of lines wait at most. */
const flushEveryMs = 200;
const waitingLength = 12_288;

export type LoggerOptions = {
  /** Which process speaks. */
  name: string;
  level: string;
};

/**
 * JSON lines on stdout; on a terminal, readable ones. Lines are written in groups; what is left is written when the
 * process exits, and before `fatal` returns.
 */
export function createLogger({ name, level }: LoggerOptions): Logger {
  const options = {
    name,
    level,
    serializers: { err: errorFields },
    redact: { paths: secretPaths, censor: '[redacted]' },
  };
  if (process.stdout.isTTY) return pino(options, pretty({ sync: true, ...prettyOptions }));
  return pino(
    options,
    pino.destination({ dest: 1, sync: false, minLength: waitingLength, periodicFlush: flushEveryMs }),
  );
}

/**
 * An error as it is written. Redis clients hang on it the command that failed, in full: the password that was refused,
 * the arguments of a hundred tasks. Its name stays.
 */
export function errorFields(error: unknown): unknown {
  if (!(error instanceof Error)) return error;
  const { command, previousErrors: _, ...fields } = pino.stdSerializers.err(error) as Record<string, unknown>;
  if (command === undefined) return fields;
  const name = typeof command === 'object' && command !== null && 'name' in command ? command.name : undefined;
  return { ...fields, command: typeof name === 'string' ? name : '?' };
}

const prettyOptions = { translateTime: 'SYS:HH:MM:ss.l', ignore: 'pid,hostname', singleLine: true };

/** Makes JSON lines of other processes readable, for who collects them. */
export function createLinePrinter(options: { colorize: boolean }): (line: string) => string {
  const print = pretty.prettyFactory({ ...prettyOptions, colorize: options.colorize });
  return (line) => print(line) ?? line;
}
