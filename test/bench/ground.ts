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
  stop(): Promise<void>;
};

export type Spent = { cpuMs: number; commands: number; scripts: number };

const measured =
  /^\{[^}]+\}:(q:|raw:|task:|log:|history:|rows|runs|unsorted|stats:|events|pulse|failure|minute:|totals)/;

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

function parseInfo(text: string): Map<string, string> {
  return new Map(
    text
      .split('\r\n')
      .filter((line) => line.includes(':'))
      .map((line) => [line.slice(0, line.indexOf(':')), line.slice(line.indexOf(':') + 1)]),
  );
}
