/** Version of a server program: `[7, 0, 15]`. */
export type Version = [major: number, minor: number, patch: number];

/** What Drover needs: lists by position and the options of streams that BullMQ uses came with it. */
export const oldestVersion: Version = [6, 2, 0];

/** Reads `Redis server v=7.0.15 sha=…` and `Valkey server v=8.1.1 …`. */
export function readVersion(output: string): Version | undefined {
  const found = /\bv=(\d+)\.(\d+)\.(\d+)/.exec(output);
  return found === null ? undefined : [Number(found[1]), Number(found[2]), Number(found[3])];
}

export function isNewEnough(version: Version): boolean {
  for (const [index, part] of version.entries()) {
    const wanted = oldestVersion[index] ?? 0;
    if (part !== wanted) return part > wanted;
  }
  return true;
}

export type RedisConfig = {
  version: Version;
  port: number;
  /** Empty: none, for tests. */
  password: string;
  /** Where its files lie; absolute. */
  folder: string;
  /** Whether every write is on disk within a second. */
  aof: boolean;
};

/** The configuration of an embedded server, as it is given on stdin: what stands in argv, everybody can read. */
export function redisConfig({ version, port, password, folder, aof }: RedisConfig): string {
  // Redis 7 renamed the list format.
  const hashMaxValue = version[0] >= 7 ? 'hash-max-listpack-value' : 'hash-max-ziplist-value';
  const lines = [
    'bind 127.0.0.1',
    'protected-mode yes',
    `port ${port}`,
    ...(password === '' ? [] : [`requirepass ${password}`]),
    `dir ${quoted(folder)}`,
    'daemonize no',
    // The append-only file is the durable form; snapshots beside it would only cost.
    'save ""',
    `appendonly ${aof ? 'yes' : 'no'}`,
    'appendfsync everysec',
    // A queue that evicts keys loses tasks.
    'maxmemory-policy noeviction',
    // Delayed tasks are woken on the server's tick.
    'hz 100',
    // Keeps the hash of a task compact up to this many bytes a field: half the memory.
    `${hashMaxValue} 1024`,
  ];
  return `${lines.join('\n')}\n`;
}

function quoted(path: string): string {
  if (/[\0\r\n]/.test(path)) throw new Error(`The data folder's path holds a line break: ${JSON.stringify(path)}`);
  return `"${path.replaceAll('\\', '\\\\').replaceAll('"', '\\"')}"`;
}
