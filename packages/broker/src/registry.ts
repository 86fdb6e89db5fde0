import { type Announcement, limits, type MethodInfo, type ModelInfo, WorkerInfo } from '@drover/core';
import type { Redis } from 'ioredis';
import { z } from 'zod';
import { digestOf } from './arguments.ts';
import type { Keys } from './keys.ts';
import { reach } from './redis.ts';
import type { RunScript } from './scripts.ts';

/**
 * The workers' registry and the catalogue of methods.
 *
 * A worker beats every few seconds with a record of itself, which names the manifest of its methods. A manifest is
 * stored under its own digest, so workers of one build share one. The catalogue is what the manifests of live workers
 * say: what no live worker offers is not in it.
 */
export const heartbeatMs = 5_000;
/** Without a heartbeat for so long, a worker counts as lost. */
export const lostAfterMs = 30_000;
const forgetAfterMs = 3_600_000;

/** Without one for so long, it is suspect. */
const suspectAfterMs = 15_000;

const WorkerRecord = WorkerInfo.omit({ lastHeartbeatAt: true, isSuspect: true }).extend({ manifest: z.string() });
export type WorkerRecord = z.infer<typeof WorkerRecord>;

/** Stores what this build announces; answers its digest. */
export async function publishManifest(redis: Redis, keys: Keys, announcements: Announcement[]): Promise<string> {
  if (announcements.length > limits.methods) {
    throw new Error(`${announcements.length} methods are announced, at most ${limits.methods} may be`);
  }
  const manifest = JSON.stringify(announcements);
  const bytes = Buffer.byteLength(manifest);
  if (bytes > limits.manifestBytes) {
    throw new Error(`the announced methods are ${bytes} bytes of JSON, at most ${limits.manifestBytes} may be`);
  }
  const digest = digestOf(manifest);
  await redis.set(keys.manifest(digest), manifest, 'PX', forgetAfterMs);
  return digest;
}

/** Hearts beat by the clock of Redis. */
async function clockOf(redis: Redis): Promise<number> {
  const [seconds, micros] = await redis.time();
  return Number(seconds) * 1_000 + Math.floor(Number(micros) / 1_000);
}

/**
 * One heartbeat. Answers the queues of the cluster, and whether the manifest is still there: a server without persistence
 * may have been restarted.
 */
export async function beat(
  run: RunScript,
  keys: Keys,
  record: WorkerRecord,
): Promise<{ hasManifest: boolean; queues: string[] }> {
  const args = [keys.prefix, record.id, JSON.stringify(record), record.manifest, forgetAfterMs];
  const [hasManifest, ...queues] = (await run('beat', keys.workers, args)) as [number, ...string[]];
  return { hasManifest: hasManifest === 1, queues };
}

/** A worker that ended in order is gone from the registry at once. */
export async function leave(redis: Redis, keys: Keys, workerId: string): Promise<void> {
  await redis.pipeline().zrem(keys.workers, workerId).del(keys.worker(workerId), keys.control(workerId)).exec();
}

type SeenWorker = { info: WorkerInfo; manifest: string };

async function readWorkers(redis: Redis, keys: Keys): Promise<SeenWorker[]> {
  const [nowMs, beats] = await Promise.all([
    reach(clockOf(redis)),
    reach(redis.zrange(keys.workers, 0, '-1', 'WITHSCORES')),
  ]);
  const ids = beats.filter((_, index) => index % 2 === 0);
  if (ids.length === 0) return [];
  const records = await reach(redis.mget(ids.map((id) => keys.worker(id))));
  const workers: SeenWorker[] = [];
  for (const [index, encoded] of records.entries()) {
    if (encoded === null) continue;
    const parsed = WorkerRecord.safeParse(JSON.parse(encoded));
    // What a newer version says of itself must not hide the others.
    if (!parsed.success) continue;
    const { manifest, ...record } = parsed.data;
    const lastMs = Number(beats[index * 2 + 1]);
    workers.push({ info: { ...record, ...standOf(lastMs, nowMs) }, manifest });
  }
  return workers.sort((a, b) => (a.info.id < b.info.id ? -1 : 1));
}

/** Both by the clock of Redis. */
function standOf(
  lastMs: number,
  nowMs: number,
): Pick<WorkerInfo, 'lastHeartbeatAt' | 'isSuspect'> & { state?: 'lost' } {
  const lastHeartbeatAt = new Date(lastMs).toISOString();
  const silentMs = nowMs - lastMs;
  if (silentMs > lostAfterMs) return { lastHeartbeatAt, state: 'lost' };
  return silentMs > suspectAfterMs ? { lastHeartbeatAt, isSuspect: true } : { lastHeartbeatAt };
}

const freshMs = 1_000;
/** How soon after the last look an unknown method is reason for another one. */
const impatientMs = 200;

/** `readAt`: by the clock that measures how long things last. */
type Snapshot = { workers: WorkerInfo[]; methods: Map<string, MethodInfo[]>; readAt: number };

/** The registry as the API sees it, at most a second old, without a call to Redis on the hot path. */
export class Registry {
  readonly #redis: Redis;
  readonly #keys: Keys;
  readonly #manifests = new Map<string, Announcement[]>();
  #snapshot: Snapshot | undefined;
  #reading: Promise<Snapshot> | undefined;

  constructor(redis: Redis, keys: Keys) {
    this.#redis = redis;
    this.#keys = keys;
  }

  async workers(): Promise<WorkerInfo[]> {
    return (await this.#read(freshMs)).workers;
  }

  /** The same, nearly as of now: for conclusions about a queue that has just come. */
  async workersNow(): Promise<WorkerInfo[]> {
    return (await this.#read(impatientMs)).workers;
  }

  /** One of them, as it is after this call. */
  async workerAfter(id: string): Promise<WorkerInfo | undefined> {
    // What is being read may have been asked for before.
    await this.#reading?.catch(() => undefined);
    return (await this.#read(Number.NEGATIVE_INFINITY)).workers.find((worker) => worker.id === id);
  }

  /** The methods that a live worker offers, in full. */
  async offersOf(workerId: string): Promise<string[]> {
    const { methods } = await this.#read(freshMs);
    const offers = [...methods].filter(([, versions]) => versions.some(({ workers }) => workers.includes(workerId)));
    return offers.map(([fullName]) => fullName).sort();
  }

  async models(): Promise<ModelInfo[]> {
    const { methods } = await this.#read(freshMs);
    const models = new Map<string, MethodInfo[]>();
    for (const versions of methods.values()) {
      for (const version of versions) models.set(version.model, [...(models.get(version.model) ?? []), version]);
    }
    return [...models]
      .sort(([a], [b]) => (a < b ? -1 : 1))
      .map(([model, found]) => ({ model, methods: found.sort((a, b) => (a.method < b.method ? -1 : 1)) }));
  }

  /** Live versions of a method. A name that is not known is looked up afresh, since its worker may just have come. */
  async versions(fullName: string): Promise<MethodInfo[]> {
    const known = (await this.#read(freshMs)).methods.get(fullName);
    return known ?? (await this.#read(impatientMs)).methods.get(fullName) ?? [];
  }

  /** The same without waiting for Redis where a look-up at most five seconds old knows the method. */
  versionsAtHand(fullName: string): MethodInfo[] | undefined {
    const snapshot = this.#snapshot;
    if (snapshot === undefined || performance.now() - snapshot.readAt > heartbeatMs) return undefined;
    if (performance.now() - snapshot.readAt > freshMs) this.#read(freshMs).catch(() => undefined);
    return snapshot.methods.get(fullName);
  }

  /** Known method names, for a hint. */
  names(): string[] {
    return [...(this.#snapshot?.methods.keys() ?? [])];
  }

  async #read(maxAgeMs: number): Promise<Snapshot> {
    if (this.#snapshot !== undefined && performance.now() - this.#snapshot.readAt <= maxAgeMs) return this.#snapshot;
    this.#reading ??= this.#readNow().finally(() => {
      this.#reading = undefined;
    });
    return this.#reading;
  }

  async #readNow(): Promise<Snapshot> {
    const readAt = performance.now();
    const seen = await readWorkers(this.#redis, this.#keys);
    const methods = new Map<string, MethodInfo[]>();
    const byId = new Map<string, MethodInfo>();
    const manifests = new Map<string, string[]>();
    for (const { info, manifest } of seen) {
      if (info.state === 'lost') continue;
      manifests.set(manifest, [...(manifests.get(manifest) ?? []), info.id]);
    }
    for (const [digest, workers] of manifests) {
      for (const announcement of await this.#manifest(digest)) {
        addVersion(methods, byId, announcement, workers);
      }
    }
    for (const digest of this.#manifests.keys()) if (!manifests.has(digest)) this.#manifests.delete(digest);
    this.#snapshot = { workers: seen.map(({ info }) => info), methods, readAt };
    return this.#snapshot;
  }

  async #manifest(digest: string): Promise<Announcement[]> {
    const known = this.#manifests.get(digest);
    if (known !== undefined) return known;
    const encoded = await reach(this.#redis.get(this.#keys.manifest(digest)));
    if (encoded === null) return [];
    const announcements = JSON.parse(encoded) as Announcement[];
    this.#manifests.set(digest, announcements);
    return announcements;
  }
}

/** The same method from two builds is one version where the builds agree on it. */
function addVersion(
  methods: Map<string, MethodInfo[]>,
  byId: Map<string, MethodInfo>,
  announcement: Announcement,
  workers: string[],
): void {
  const version = digestOf(JSON.stringify(announcement));
  const known = byId.get(version);
  if (known !== undefined) {
    known.workers.push(...workers);
    return;
  }
  const info: MethodInfo = { ...announcement, version, workers: [...workers] };
  byId.set(version, info);
  const fullName = `${announcement.model}.${announcement.method}`;
  methods.set(fullName, [...(methods.get(fullName) ?? []), info]);
}
