import { Redis } from 'ioredis';
import { startRedis } from '../redis.ts';

/** What both sides stand on: one Redis of the bench's own, without AOF, with the settings that Drover gives its own. */
export type Ground = {
  readonly redisUrl: string;
  readonly redis: Redis;
  readonly version: string;
  /** Removes what was measured; registry, keys and BullMQ's `meta` stay. */
  clean(): Promise<void>;
  /** What Redis has spent since it started. */
  spent(): Promise<Spent>;
  usedBytes(): Promise<number>;
  /** The longest command that Redis ran meanwhile, by its own clock. A transaction counts as one; 0: none took 0.1 ms. */
  longestCommandMs(act: () => Promise<void>): Promise<number>;
  stop(): Promise<void>;
};

export type Spent = { cpuMs: number; commands: number; scripts: number };

const measured =
  /^\{[^}]+\}:(q:|raw:|task:|log:|history:|rows|runs|unsorted|stats:|events|pulse|failure|minute:|totals|schedule|fires:|alarms|flow|after:)/;

const slowUs = 100;
const slowMax = 128;

export async function openGround(): Promise<Ground> {
  const server = await startRedis({ aof: false });
  const redis = new Redis(server.url);
  const info = async (section: string) => parseInfo(await redis.info(section));
  return {
    redisUrl: server.url,
    redis,
    version: (await info('server')).get('redis_version') ?? '?',
    clean: () => clean(redis),
    async spent() {
      const cpu = await info('cpu');
      const stats = await info('commandstats');
      const cpuSeconds = Number(cpu.get('used_cpu_user')) + Number(cpu.get('used_cpu_sys'));
      const calls = [...stats].map(([name, text]) => ({ name, calls: Number(/calls=(\d+)/.exec(text)?.[1] ?? 0) }));
      const sum = (of: typeof calls) => of.reduce((total, { calls: count }) => total + count, 0);
      const scripts = calls.filter(({ name }) => /^cmdstat_(eval|evalsha|fcall)$/.test(name));
      return { cpuMs: cpuSeconds * 1_000, commands: sum(calls), scripts: sum(scripts) };
    },
    usedBytes: async () => Number((await info('memory')).get('used_memory')),
    longestCommandMs: (act) => longestCommandMs(redis, act),
    async stop() {
      redis.disconnect();
      await server.stop();
    },
  };
}

async function clean(redis: Redis): Promise<void> {
  for await (const keys of redis.scanStream({ count: 1_000 })) {
    const old = (keys as string[]).filter((key) => measured.test(key) && !key.endsWith(':meta'));
    if (old.length > 0) await redis.unlink(old);
  }
}

/** The slow log names commands and scripts, but no transaction as a whole: statistics do. */
async function longestCommandMs(redis: Redis, act: () => Promise<void>): Promise<number> {
  await redis.config('SET', 'slowlog-log-slower-than', slowUs);
  await redis.config('RESETSTAT');
  await redis.slowlog('RESET');
  await act();
  const slow = (await redis.slowlog('GET', slowMax)) as [id: number, at: number, us: number][];
  const transactions = parseInfo(await redis.info('commandstats')).get('cmdstat_exec') ?? '';
  const transactionUs = Number(/usec_per_call=([\d.]+)/.exec(transactions)?.[1] ?? 0);
  return Math.max(transactionUs, ...slow.map(([, , us]) => us)) / 1_000;
}

function parseInfo(text: string): Map<string, string> {
  return new Map(
    text
      .split('\r\n')
      .filter((line) => line.includes(':'))
      .map((line) => [line.slice(0, line.indexOf(':')), line.slice(line.indexOf(':') + 1)]),
  );
}
