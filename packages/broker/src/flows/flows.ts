import { setTimeout as sleep } from 'node:timers/promises';
import { type ChainRequest, ClusterError, type Flow, type FlowRequest } from '@drover/core';
import type { Redis } from 'ioredis';
import { digestOf } from '../arguments.ts';
import type { Access, Tasks } from '../cluster.ts';
import type { Keys } from '../keys.ts';
import { reach } from '../redis.ts';
import { canonical } from '../schedules/canonical.ts';
import type { RunScript } from '../scripts.ts';
import { tasksAgain } from './again.ts';
import type { FlowOptions, FlowSearch, Flows } from './contract.ts';
import { decodeFlow, type FlowRecordTask, flowFields, type StoredFlow, summaryOf } from './flow-record.ts';
import { type PlanParts, planFlow, requireFlow } from './plan-flow.ts';
import { revive } from './revive.ts';
import { nodesOf, viewFlow } from './view-flow.ts';
import { replayedFlow, writeFlow } from './write-flow.ts';

export type FlowParts = PlanParts & {
  redis: Redis;
  keys: Keys;
  run: RunScript;
  tasks: Pick<Tasks, 'cancel' | 'kill'>;
};

const lookEveryMs = 200;
const cancelAtOnce = 50;

/** Tasks that depend on each other, as people and services see them. */
export function createFlows(parts: FlowParts): Flows {
  const { redis, keys, tasks } = parts;

  const visible = async (id: string, { company }: Access): Promise<StoredFlow> => {
    const flow = decodeFlow(await reach(redis.hmget(keys.flow(id), ...flowFields)));
    if (flow === undefined || (company !== undefined && flow.record.company !== company)) {
      throw new ClusterError('flow_unknown', `there is no flow "${id.slice(0, 100)}"`);
    }
    return flow;
  };
  const get = async (id: string, access: Access): Promise<Flow> => viewFlow(parts, await visible(id, access));

  return {
    create: (request, access, options = {}) => add(parts, request, access, options, get),

    async createChain(request, access, options = {}) {
      try {
        return await add(parts, flowOfChain(request), access, options, get);
      } catch (error) {
        throw error instanceof ClusterError ? inSteps(error) : error;
      }
    },

    get,

    list: (search, access) => listFlows(parts, search, access),

    async waitFor(id, access, timeoutMs, signal) {
      const until = Date.now() + timeoutMs;
      for (;;) {
        const stored = await visible(id, access);
        const hasEnded = stored.counts.foregroundEnded >= stored.counts.foreground;
        if (hasEnded || Date.now() >= until || signal?.aborted)
          return { flow: await viewFlow(parts, stored, 'ofForeground'), hasEnded };
        await sleep(Math.min(lookEveryMs, Math.max(1, until - Date.now())), undefined, { signal }).catch(
          () => undefined,
        );
      }
    },

    async cancel(id, { reason, running }, access) {
      const { record } = await visible(id, access);
      const why = reason ?? 'its flow was cancelled';
      // Those that wait come before those that they wait for, so that none of them is let go.
      for (const level of levelsBackwards(record.tasks)) {
        for (let at = 0; at < level.length; at += cancelAtOnce) {
          const group = level.slice(at, at + cancelAtOnce);
          await Promise.all(group.map((task) => tasks.cancel(task.id, access, why).catch(notNow)));
        }
      }
      if (running === 'kill') {
        const begun = (await nodesOf(parts, record)).filter(({ state }) => state === 'running');
        await Promise.all(begun.map((task) => tasks.kill(task.id, access, why).catch(notNow)));
      }
      return get(id, access);
    },

    async resume(id, { dryRun }, access) {
      const { record } = await visible(id, access);
      const nodes = await nodesOf(parts, record);
      const again = tasksAgain(nodes);
      if (again.length === 0) throw new ClusterError('flow_conflict', 'nothing of it failed or was cancelled');
      if (!dryRun) await revive(parts, again, nodes, access);
      return {
        dryRun,
        again: again.map(({ key, id: taskId, state }) => ({ key, id: taskId, state })),
        kept:
          nodes.filter(({ state }) => state === 'done').length - again.filter(({ state }) => state === 'done').length,
        flow: summaryOf(await visible(id, access)),
      };
    },
  };
}

/** Tasks for which none waits, then those for which only such wait, and so on. */
function levelsBackwards(tasks: readonly FlowRecordTask[]): FlowRecordTask[][] {
  const levels: FlowRecordTask[][] = [];
  const levelOf = new Map<string, number>();
  // Dependents come after what they wait for: backwards, each is met when all that wait for it have their level.
  for (const task of [...tasks].reverse()) {
    const level = levelOf.get(task.key) ?? 0;
    levels[level] ??= [];
    levels[level].push(task);
    for (const { key } of task.dependsOn) levelOf.set(key, Math.max(levelOf.get(key) ?? 0, level + 1));
  }
  return levels;
}

/** It runs, has ended, or is forgotten by now. */
function notNow(error: unknown): void {
  const isFine = error instanceof ClusterError && ['state_conflict', 'task_unknown'].includes(error.code);
  if (!isFine) throw error;
}

async function add(
  parts: FlowParts,
  request: FlowRequest,
  access: Access,
  options: FlowOptions,
  get: Flows['get'],
): Promise<Flow> {
  const { redis, keys } = parts;
  const key =
    options.idempotencyKey === undefined
      ? undefined
      : keys.idempotency(digestOf(`flow\n${access.company ?? ''}\n${options.idempotencyKey}`));
  const fingerprint = key === undefined ? '' : digestOf(canonical(request));
  // What was good when it was sent first may not be so now.
  const stored = key === undefined ? null : await reach(redis.get(key));
  if (stored !== null) return get(replayedFlow(stored, fingerprint), access);
  requireFlow(request);
  const planned = await planFlow(parts, request, access, Date.now(), options);
  const known = await writeFlow(parts, planned, key === undefined ? undefined : { key, fingerprint });
  return get(known ?? planned.record.id, access);
}

function flowOfChain({ steps, ...rest }: ChainRequest): FlowRequest {
  const keys = steps.map(({ key }, index) => key ?? `step${index + 1}`);
  return {
    ...rest,
    tasks: steps.map(({ onFailure, ...step }, index) => {
      const before = keys[index - 1];
      return { ...step, key: keys[index] ?? '', dependsOn: before === undefined ? [] : [{ key: before, onFailure }] };
    }),
  };
}

function inSteps({ code, message, faults, cause }: ClusterError): ClusterError {
  const moved = faults.map((fault) => ({ ...fault, pointer: fault.pointer.replace(/^\/tasks\b/, '/steps') }));
  return new ClusterError(code, message.replaceAll('/tasks/', '/steps/'), { cause, faults: moved });
}

const readAtOnce = 100;
const lookMax = 2_000;

async function listFlows({ redis, keys }: FlowParts, { limit, cursor, ...filter }: FlowSearch, access: Access) {
  const company = access.company ?? filter.company;
  if (filter.company !== undefined && company !== filter.company) return { items: [], nextCursor: null };
  const items: ReturnType<typeof summaryOf>[] = [];
  const words = (filter.q ?? '').toLowerCase().split(/\s+/).filter(Boolean);
  const from = decodeCursor(cursor);
  let looked = 0;
  for (let offset = 0; ; offset += readAtOnce) {
    const found = await reach(
      redis.zrange(keys.flows(company), from[0], '-inf', 'BYSCORE', 'REV', 'LIMIT', offset, readAtOnce, 'WITHSCORES'),
    );
    const places: Place[] = [];
    for (let at = 0; at < found.length; at += 2) places.push([found[at + 1] ?? '', found[at] ?? '']);
    const fresh = places.filter((place) => isBehind(place, from));
    const pipeline = redis.pipeline();
    for (const [, id] of fresh) pipeline.hmget(keys.flow(id), ...flowFields);
    const replies = (await reach(pipeline.exec())) ?? [];
    for (const [index, place] of fresh.entries()) {
      const stored = decodeFlow(replies[index]?.[1] as (string | null)[]);
      if (stored === undefined) continue;
      const summary = summaryOf(stored);
      if (!fits(summary, filter, words)) continue;
      items.push(summary);
      if (items.length === limit) return { items, nextCursor: encodeCursor(place) };
    }
    if (places.length < readAtOnce) return { items, nextCursor: null };
    looked += fresh.length;
    const last = fresh.at(-1);
    if (last !== undefined && looked >= lookMax) return { items, nextCursor: encodeCursor(last) };
  }
}

/** Where a flow stands in the list: when it was created, Unix ms, and its id. */
type Place = [createdAt: string, id: string];

/** Those created in the same millisecond, however many, come in order of their ids, backwards. */
function isBehind([createdAt, id]: Place, [before, beforeId]: Place): boolean {
  return createdAt !== before || beforeId === '' || id < beforeId;
}

function fits(
  flow: ReturnType<typeof summaryOf>,
  filter: Omit<FlowSearch, 'limit' | 'cursor'>,
  words: string[],
): boolean {
  if (filter.state !== undefined && flow.state !== filter.state) return false;
  if (filter.job !== undefined && flow.job !== filter.job) return false;
  if (filter.schedule !== undefined && flow.schedule !== filter.schedule) return false;
  const name = flow.name.toLowerCase();
  return words.every((word) => name.includes(word));
}

function encodeCursor(place: Place): string {
  return Buffer.from(place.join(' ')).toString('base64url');
}

function decodeCursor(cursor: string | undefined): Place {
  if (cursor === undefined) return ['+inf', ''];
  const [createdAt = '', id = ''] = Buffer.from(cursor, 'base64url').toString().split(' ');
  if (/^\d{1,15}$/.test(createdAt) && /^flw_[0-9a-f]{20}$/.test(id)) return [createdAt, id];
  const message = 'is not a cursor of this list';
  throw new ClusterError('request_invalid', `?cursor ${message}`, { faults: [{ pointer: '?cursor', message }] });
}
