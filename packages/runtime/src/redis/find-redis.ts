import { existsSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { cachedDebianPackages, FetchError, type FetchedPackages, fetchDebianPackages } from '../debian-packages.ts';
import type { Logger } from '../logger.ts';
import { EmbeddedRedis } from './embedded-redis.ts';
import { probeRedis } from './redis-connection.ts';
import {
  type Candidate,
  candidates,
  chooseProgram,
  installCommand,
  type ProgramOrigin,
  probeProgram,
  type ServerProgram,
} from './server-program.ts';

export type FoundRedis = {
  /** How to reach it; holds the password. */
  url: string;
  /** Where it comes from; `running`: it ran already, for somebody else on this data folder. */
  origin: 'REDIS_URL' | 'running' | ProgramOrigin;
  /** Stops the server, if it is an embedded one and nobody else uses it. Call it last. */
  stop(): Promise<void>;
};

export type FindRedisOptions = {
  /** Folder of the embedded server's files, for example `.drover`. */
  dataDir: string;
  /** REDIS_URL, REDIS_SERVER_BIN, PATH, XDG_CACHE_HOME and HOME count. Default: the process's. */
  env?: NodeJS.ProcessEnv;
  logger: Logger;
  /** Whether writes outlive a power cut, but for the last second. Default: true. */
  aof?: boolean;
};

/** A given server that still reads its data is waited for. */
const busyMs = 60_000;

/**
 * A Redis to work with: REDIS_URL → the one that runs on the data folder → REDIS_SERVER_BIN → one on PATH or of
 * Homebrew → the cache → the distribution's package, fetched without root.
 * @throws Error that says what to do: a given REDIS_URL that does not answer is never replaced by another server
 */
export async function findRedis(options: FindRedisOptions): Promise<FoundRedis> {
  const { env = process.env, logger, aof = true } = options;
  if (env.REDIS_URL?.trim()) return givenRedis(env.REDIS_URL.trim());
  const dataDir = resolve(options.dataDir);
  const program = () => findServerProgram(env, logger);
  const embedded = await EmbeddedRedis.open({ dataDir, aof, logger, program });
  return { url: embedded.url, origin: embedded.origin, stop: () => embedded.stop() };
}

async function givenRedis(url: string): Promise<FoundRedis> {
  const until = Date.now() + busyMs;
  const shown = URL.canParse(url) ? `${new URL(url).hostname}:${new URL(url).port || 6_379}` : undefined;
  if (shown === undefined || !/^rediss?:/.test(url))
    throw new Error('REDIS_URL is not an address such as redis://host:6379');
  for (;;) {
    const probe = await probeRedis(url, 5_000);
    if (probe.state === 'ready') return { url, origin: 'REDIS_URL', stop: async () => undefined };
    if (probe.state !== 'busy' || Date.now() > until) {
      const advice = 'Start that server or correct REDIS_URL; without REDIS_URL, Drover brings its own';
      throw new Error(`REDIS_URL is set, but the Redis on ${shown} does not answer: ${probe.detail}. ${advice}`);
    }
    await sleep(500);
  }
}

/**
 * A server program that works: the part of `findRedis` after the running ones.
 * @throws Error with the one command that helps on this platform
 */
export async function findServerProgram(env: NodeJS.ProcessEnv, logger: Logger): Promise<ServerProgram> {
  const skipped = (candidate: Candidate, reason: string) =>
    logger.warn({ program: candidate.path, reason }, 'passed over a Redis server');
  const cached = await cachedDebianPackages('redis', env);
  const places = candidates(env);
  if (cached !== undefined) places.push(packaged(cached, 'cache'));
  const found = await chooseProgram(places, probeProgram, skipped);
  if (found !== undefined) return found;
  const why = await fetchServer(env, logger);
  if (typeof why !== 'string') return why;
  const command = installCommand(process.platform, existsSync);
  throw new Error(
    `There is no Redis here, and none could be fetched: ${why}.\nInstall one with\n  ${command}\nor set REDIS_URL`,
  );
}

async function fetchServer(env: NodeJS.ProcessEnv, logger: Logger): Promise<ServerProgram | string> {
  const since = Date.now();
  try {
    logger.info('no Redis on this machine: fetching the one of the distribution, once, without root');
    const packages = ['redis-server', 'redis-tools'];
    const onProgress = (step: string) => logger.info(`Redis: ${step}`);
    const fetched = await fetchDebianPackages({ name: 'redis', packages, env, onProgress });
    const unfit: string[] = [];
    const skipped = (_candidate: Candidate, reason: string) => unfit.push(reason);
    const found = await chooseProgram([packaged(fetched, 'distribution')], probeProgram, skipped);
    if (found === undefined)
      return `the server of the distribution does not serve: ${unfit[0] ?? 'it is not in its package'}`;
    logger.info({ version: found.version.join('.'), durationMs: Date.now() - since }, 'Redis fetched');
    return found;
  } catch (error) {
    if (error instanceof FetchError) return error.message;
    throw error;
  }
}

function packaged(packages: FetchedPackages, origin: ProgramOrigin): Candidate {
  return {
    path: join(packages.folder, 'usr', 'bin', 'redis-server'),
    origin,
    env: packages.libraryPath === '' ? {} : { LD_LIBRARY_PATH: packages.libraryPath },
  };
}
