import { once } from 'node:events';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createLogger, findServerProgram, freePort, type LaunchedRedis, launchRedis } from '@drover/runtime';

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

/** Default: with AOF as in production, no password. */
export async function startRedis(options: { aof?: boolean; password?: string } = {}): Promise<TestRedis> {
  const { aof = true, password = '' } = options;
  const logger = createLogger({ name: 'test', level: 'warn' });
  const program = await findServerProgram(process.env, logger);
  const folder = await mkdtemp(join(tmpdir(), 'drover-redis-'));
  const port = await freePort();
  const launch = () => launchRedis({ program, folder, port, password, aof });
  let running: LaunchedRedis = await launch();

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
      running = await launch();
    },
    async stop() {
      await kill();
      await rm(folder, { recursive: true, force: true });
    },
  };
}
