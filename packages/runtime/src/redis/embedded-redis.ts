import { randomBytes } from 'node:crypto';
import { chmod, mkdir, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { withLock } from '../folder-lock.ts';
import type { Logger } from '../logger.ts';
import { processIdentity } from '../process-identity.ts';
import { freePort, launchRedis, PortTakenError, redisUrl } from './launch-redis.ts';
import { probeRedis, RedisConnection } from './redis-connection.ts';
import type { ProgramOrigin, ServerProgram } from './server-program.ts';
import { readState, type ServerState, writeState } from './server-state.ts';

/**
 * One Redis for one data folder, shared by all who are started on it.
 *
 * absent ──▶ running ──▶ absent
 *
 * The state file says where it runs and how to sign in; it is believed only when the server itself says so. Everyone
 * who uses the server holds one connection to it, named `holderName`: Redis thus knows who is there, even after a
 * kill -9. The last one to leave stops the server. If the server dies before that, a holder starts it again, on the same port and
 * with the same password, so that all clients come back by themselves. All changes happen under the folder's lock.
 */

const holderName = 'drover-holder';
/** Fetching a server may happen under the lock. */
const lockPatienceMs = 600_000;
/** How long a server that lives may be silent before we say so. */
const silenceMs = 15_000;
const stopMs = 20_000;
const lookMs = 50;
/** Dying more often than this in `revivalWindowMs` is not repaired. */
const revivals = 5;
const revivalWindowMs = 60_000;

export type EmbeddedRedisOptions = {
  /** The data folder, absolute. The server's own files lie in `redis` in it. */
  dataDir: string;
  aof: boolean;
  logger: Logger;
  /** Finds the program: asked only when a server must be started. */
  program(): Promise<ServerProgram>;
};

export class EmbeddedRedis {
  readonly #options: EmbeddedRedisOptions;
  readonly #folder: string;
  #holder: RedisConnection | undefined;
  #isStopping = false;
  #deaths: number[] = [];
  /** `redis://:password@127.0.0.1:port` */
  url = '';
  origin: 'running' | ProgramOrigin = 'running';

  private constructor(options: EmbeddedRedisOptions) {
    this.#options = options;
    this.#folder = join(options.dataDir, 'redis');
  }

  /** Adopts the server that runs on the folder, or starts one. */
  static async open(options: EmbeddedRedisOptions): Promise<EmbeddedRedis> {
    const redis = new EmbeddedRedis(options);
    await mkdir(options.dataDir, { recursive: true, mode: 0o700 });
    await mkdir(redis.#folder, { recursive: true, mode: 0o700 });
    await chmod(redis.#folder, 0o700);
    await redis.#locked(() => redis.#ensure());
    return redis;
  }

  /** Stops the server, unless others hold it. */
  async stop(): Promise<void> {
    if (this.#isStopping) return;
    this.#isStopping = true;
    await this.#locked(async () => {
      this.#holder?.close();
      const state = await readState(this.#folder);
      if (state === undefined) return;
      const connection = await RedisConnection.open(this.url, silenceMs).catch(() => undefined);
      if (connection !== undefined) {
        if (await othersHold(connection)) {
          connection.close();
          this.#options.logger.info('Redis goes on: another process uses this data folder');
          return;
        }
        // It answers with the end of the connection.
        await connection.call('SHUTDOWN').catch(() => undefined);
        connection.close();
      }
      await untilGone(state, stopMs);
      await rm(join(this.#folder, 'state.json'), { force: true });
    });
  }

  #locked<T>(work: () => Promise<T>): Promise<T> {
    return withLock(join(this.#folder, 'lock'), lockPatienceMs, work);
  }

  async #ensure(): Promise<void> {
    const state = await readState(this.#folder);
    const isOurs = state !== undefined && (await answers(state, this.#folder));
    if (isOurs) {
      this.origin = 'running';
      this.url = redisUrl(state.port, state.password);
    } else {
      await this.#launch(state);
    }
    await this.#hold();
  }

  /** Where the last server died, port and password are kept: whoever still looks for it finds the new one. */
  async #launch(last: ServerState | undefined): Promise<void> {
    const program = await this.#options.program();
    let keep =
      last !== undefined && (await probeRedis(redisUrl(last.port, last.password))).state === 'absent'
        ? last
        : undefined;
    for (let attempt = 1; ; attempt += 1) {
      const port = keep?.port ?? (await freePort());
      const password = keep?.password ?? randomBytes(24).toString('base64url');
      const write = (running?: { pid: number; identity: string | undefined }) =>
        writeState(this.#folder, { port, password, ...running });
      try {
        // Written before there is a process: a server that nobody can sign in to must never be left behind.
        await write();
        const { folder, aof } = { folder: this.#folder, aof: this.#options.aof };
        const launched = await launchRedis({ program, folder, port, password, aof, onSpawn: write });
        this.url = launched.url;
        this.origin = program.origin;
        return;
      } catch (error) {
        if (!(error instanceof PortTakenError) || attempt === 5) throw error;
        keep = undefined;
      }
    }
  }

  async #hold(): Promise<void> {
    const holder = await RedisConnection.open(this.url, silenceMs);
    await holder.call('CLIENT', 'SETNAME', holderName);
    holder.keep();
    this.#holder = holder;
    void holder.closed.then(() => this.#revive());
  }

  async #revive(): Promise<void> {
    if (this.#isStopping) return;
    const { logger } = this.#options;
    this.#deaths = [...this.#deaths.filter((at) => Date.now() - at < revivalWindowMs), Date.now()];
    if (this.#deaths.length > revivals) {
      logger.error(
        { folder: this.#folder, deaths: this.#deaths.length },
        'Redis dies again and again, see redis.log there',
      );
      return;
    }
    try {
      await this.#locked(async () => {
        if (this.#isStopping) return;
        await this.#ensure();
        logger.warn({ origin: this.origin }, 'the connection to Redis was lost, it runs again');
      });
    } catch (error) {
      logger.error({ err: error }, 'Redis was lost and could not be started again');
    }
  }
}

/**
 * Whether the server of the state file runs. One that lives but does not answer is waited for: two servers on one
 * folder would ruin its files.
 * @throws Error when it lives but stays silent
 */
async function answers(state: ServerState, folder: string): Promise<boolean> {
  const until = Date.now() + silenceMs;
  for (;;) {
    const probe = await probeRedis(redisUrl(state.port, state.password));
    if (probe.state === 'ready') return true;
    const lives = await isAlive(state);
    if (!lives && (probe.state === 'absent' || probe.state === 'foreign')) return false;
    if (probe.state === 'busy') await sleep(lookMs);
    else if (Date.now() > until) {
      const what = `process ${state.pid ?? 'unknown'} on port ${state.port}`;
      throw new Error(
        `The Redis of ${folder} (${what}) does not answer: ${probe.detail}. End that process and start again`,
      );
    }
    await sleep(lookMs);
  }
}

/** Whether it is the very process that we started, and not a later one with its number. */
async function isAlive({ pid, identity }: ServerState): Promise<boolean> {
  return pid !== undefined && identity !== undefined && (await processIdentity(pid)) === identity;
}

async function othersHold(connection: RedisConnection): Promise<boolean> {
  const clients = String(await connection.call('CLIENT', 'LIST'));
  return clients.split('\n').some((line) => line.includes(` name=${holderName} `));
}

/** Waits for the process to end: first patiently, then by force. */
async function untilGone(state: ServerState, patienceMs: number): Promise<void> {
  const since = Date.now();
  let isTold = false;
  while (await isAlive(state)) {
    const waitedMs = Date.now() - since;
    if (state.pid !== undefined && waitedMs > patienceMs) process.kill(state.pid, 'SIGKILL');
    else if (state.pid !== undefined && waitedMs > patienceMs / 2 && !isTold) {
      isTold = true;
      process.kill(state.pid, 'SIGTERM');
    }
    await sleep(lookMs);
  }
}
