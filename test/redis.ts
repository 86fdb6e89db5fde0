import { once } from 'node:events';
import { mkdtemp, rm } from 'node:fs/promises';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createLogger, findServerProgram, type LaunchedRedis, launchRedis } from '@drover/runtime';

/** A Redis of a test's own, to be killed and brought back on the same port and folder. */
export type TestRedis = {
  readonly url: string;
  readonly port: number;
  readonly folder: string;
  /** Of the process that runs now. */
  readonly pid: number;
  /** SIGKILL: what is not on disk is lost. */
  kill(): Promise<void>;
  /** Brings it back after `kill`, with what is on disk. */
  restart(): Promise<void>;
  /** Ends it and removes its folder. */
  stop(): Promise<void>;
};

/**
 * A free port that stays free while the server is away: below those that systems lend to outgoing connections, of which
 * one could be a client's, looking for this very server.
 */
async function steadyPort(): Promise<number> {
  for (;;) {
    const port = 10_000 + Math.floor(Math.random() * 20_000);
    if (await isFree(port)) return port;
  }
}

function isFree(port: number): Promise<boolean> {
  return new Promise((resolve) => {
    const server = createServer();
    server.once('error', () => resolve(false));
    server.listen(port, '127.0.0.1', () => server.close(() => resolve(true)));
  });
}

/** Default: with AOF as in production, no password. */
export async function startRedis(options: { aof?: boolean; password?: string } = {}): Promise<TestRedis> {
  const { aof = true, password = '' } = options;
  const logger = createLogger({ name: 'test', level: 'warn' });
  const program = await findServerProgram(process.env, logger);
  const folder = await mkdtemp(join(tmpdir(), 'drover-redis-'));
  const port = await steadyPort();
  const launch = () => launchRedis({ program, folder, port, password, aof });
  let running: LaunchedRedis = await launch();
  let launching: Promise<unknown> = Promise.resolve();

  async function kill(): Promise<void> {
    const { process: child } = running;
    if (child.exitCode !== null || child.signalCode !== null) return;
    child.ref();
    const gone = once(child, 'exit');
    child.kill('SIGKILL');
    await gone;
  }

  return {
    url: running.url,
    port,
    folder,
    get pid() {
      return running.pid;
    },
    kill,
    async restart() {
      const launched = launch();
      launching = launched.catch(() => undefined);
      running = await launched;
    },
    async stop() {
      await launching;
      await kill();
      await rm(folder, { recursive: true, force: true });
    },
  };
}
