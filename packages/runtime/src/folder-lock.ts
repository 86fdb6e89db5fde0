import { randomUUID } from 'node:crypto';
import { link, readFile, rename, rm, stat, utimes, writeFile } from 'node:fs/promises';
import { hostname } from 'node:os';
import { setTimeout as sleep } from 'node:timers/promises';
import { processIdentity } from './process-identity.ts';

/**
 * One process at a time. The holder writes who it is and touches the file every second. Who waits takes the lock away
 * from a holder that has died, or whose file was not touched while the waiter looked for `silentMs`: clocks are never
 * compared, so that a machine that slept does not count as silence.
 */
const touchMs = 1_000;
const lookMs = 50;
const silentMs = 20_000;

type Holder = { token: string; host: string; pid: number; identity: string | undefined };

/** Runs `work` while holding the lock `file`. @throws Error when others hold it for longer than `patienceMs` */
export async function withLock<T>(file: string, patienceMs: number, work: () => Promise<T>): Promise<T> {
  const identity = await processIdentity(process.pid);
  const me: Holder = { token: randomUUID(), host: hostname(), pid: process.pid, identity };
  await take(file, me, patienceMs);
  const touching = setInterval(() => {
    const now = new Date();
    utimes(file, now, now).catch(() => undefined);
  }, touchMs);
  try {
    return await work();
  } finally {
    clearInterval(touching);
    if ((await read(file))?.token === me.token) await rm(file, { force: true });
  }
}

async function take(file: string, me: Holder, patienceMs: number): Promise<void> {
  const since = Date.now();
  let seen = { mark: '', at: Date.now() };
  while (!(await create(file, me))) {
    const mark = await markOf(file);
    if (mark !== seen.mark) seen = { mark, at: Date.now() };
    const holder = await read(file);
    if (holder !== undefined && ((await isGone(holder)) || Date.now() - seen.at > silentMs))
      await breakLock(file, holder);
    else if (holder === undefined && Date.now() - seen.at > silentMs) await rm(file, { force: true });
    if (Date.now() - since > patienceMs) {
      throw new Error(
        `Process ${holder?.pid} on ${holder?.host} has held ${file} for ${Math.round(patienceMs / 1_000)} s`,
      );
    }
    await sleep(lookMs);
  }
}

async function create(file: string, me: Holder): Promise<boolean> {
  try {
    await writeFile(file, JSON.stringify(me), { mode: 0o600, flag: 'wx' });
    return true;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'EEXIST') throw error;
    return false;
  }
}

/** Moves a dead holder's lock away; if somebody was quicker and holds it anew, gives it back. */
async function breakLock(file: string, dead: Holder): Promise<void> {
  const aside = `${file}.${randomUUID()}`;
  try {
    await rename(file, aside);
  } catch {
    return;
  }
  if ((await read(aside))?.token !== dead.token) await link(aside, file).catch(() => undefined);
  await rm(aside, { force: true });
}

async function isGone(holder: Holder): Promise<boolean> {
  return holder.host === hostname() && (await processIdentity(holder.pid)) !== holder.identity;
}

async function read(file: string): Promise<Holder | undefined> {
  try {
    return JSON.parse(await readFile(file, 'utf8')) as Holder;
  } catch {
    return undefined;
  }
}

async function markOf(file: string): Promise<string> {
  const found = await stat(file).catch(() => undefined);
  return found === undefined ? '' : `${found.ino}:${found.mtimeMs}`;
}
