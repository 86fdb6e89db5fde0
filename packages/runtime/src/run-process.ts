import type { Logger } from './logger.ts';

/**
 * The one life of every app: starting ──▶ running ──▶ stopping ──▶ gone.
 *
 * starting  `start` is under way. Told to end, its signal aborts, and what it still starts is stopped again.
 * running   until SIGTERM, SIGINT, SIGHUP (but with `onHangUp`), the end of the parent, or an error that nobody caught.
 * stopping  `stop` is under way, once. A second signal, or more than the grace period, ends it the hard way.
 *
 * Exit codes: 0 stopped as told, 1 failed (did not start, broke, or did not stop in time), 130 ended by a second signal.
 */

/** What outlasts its grace period by this much is not waited for. */
const marginMs = 5_000;
/** After an error that nobody caught, the state is unknown: stopping gets only this long. */
const brokenGraceMs = 3_000;
/** A Ctrl-C arrives twice, from the terminal and from npm: what follows this closely is the same one. */
const sameSignalMs = 500;

export type Running = { stop(): Promise<void> };

export type ProcessOptions = {
  logger: Logger;
  /** How long `stop` may take, ms. */
  graceMs: number;
  /** Starts everything. The signal aborts when the process is told to end before it is done. */
  start(ending: AbortSignal): Promise<Running>;
  /**
   * Goes on after a rejected promise that nobody handled, and only logs it: for processes that run others' code, where
   * the slip of one task must not take the other tasks with it. Default: false.
   */
  outlivesRejections?: boolean;
  /** Called on SIGHUP while it runs, which then does not end the process. Default: SIGHUP ends it as SIGTERM does. */
  onHangUp?: () => void;
  /** Ends as on SIGTERM when the parent process has gone: needs an IPC channel to it. Default: false. */
  endWithParent?: boolean;
};

/** Runs an app to its end, and exits the process then. */
export function runProcess(options: ProcessOptions): void {
  const { logger, graceMs, start, outlivesRejections = false, endWithParent = false, onHangUp } = options;
  const ending = new AbortController();
  let endedAt: number | undefined;

  const started = Promise.resolve().then(() => {
    // Its parent may have gone before anything began.
    ending.signal.throwIfAborted();
    return start(ending.signal);
  });
  started.catch((error: unknown) => {
    if (!ending.signal.aborted) fail(error, 'could not start');
  });

  async function end(exitCode: number, limitMs: number): Promise<void> {
    const tooLate = setTimeout(() => {
      logger.error({ graceMs: limitMs }, 'did not stop in time');
      exit(1);
    }, limitMs);
    ending.abort(new Error('the process was told to end'));
    const running = await started.catch(() => undefined);
    try {
      await running?.stop();
    } catch (error) {
      logger.error({ err: error }, 'stopping failed');
      exitCode = 1;
    }
    clearTimeout(tooLate);
    exit(exitCode);
  }

  function fail(error: unknown, message: string): void {
    logger.fatal({ err: error }, message);
    if (endedAt !== undefined) exit(1);
    endedAt = Date.now();
    void end(1, brokenGraceMs);
  }

  function told(reason: string): void {
    if (endedAt === undefined) {
      endedAt = Date.now();
      logger.info({ reason }, 'stopping');
      void end(0, graceMs + marginMs);
    } else if (Date.now() - endedAt > sameSignalMs && reason.startsWith('SIG')) {
      logger.warn({ reason }, 'told twice, ending at once');
      exit(130);
    }
  }

  function exit(code: number): void {
    logger.flush();
    process.exit(code);
  }

  process.on('SIGTERM', () => told('SIGTERM'));
  process.on('SIGINT', () => told('SIGINT'));
  process.on('SIGHUP', () => {
    if (onHangUp !== undefined) onHangUp();
    // The terminal was closed.
    else told('SIGHUP');
  });
  process.on('uncaughtException', (error) => fail(error, 'an error was not caught'));
  process.on('unhandledRejection', (error) => {
    if (outlivesRejections) logger.error({ err: error }, 'a rejected promise was not handled');
    else fail(error, 'a rejected promise was not handled');
  });
  if (endWithParent && process.send !== undefined) {
    if (process.connected) process.on('disconnect', () => told('the parent process has gone'));
    else told('the parent process has gone');
  }
}
