import {
  type BackfillRequest,
  ClusterError,
  describeFire,
  type Fire,
  firesBetween,
  fullMethodName,
  limits,
  type Rule,
} from '@drover/core';
import { digestOf } from '../arguments.ts';
import type { Access, Tasks } from '../cluster.ts';
import type { NewTask } from '../enqueue.ts';
import { viewNewTask } from '../enqueue.ts';
import type { Keys } from '../keys.ts';
import { aimOf, conflict, type EditParts, triesMax, visible } from './change.ts';
import { invalid } from './check-schedule.ts';
import type { Schedules } from './contract.ts';
import { liveMax } from './look.ts';
import { faultOf, planFire } from './plan-fire.ts';
import { ruleOf, type ScheduleRecord, type Situation } from './record.ts';
import type { Outcome } from './store.ts';

export type ByHandParts = EditParts & { tasks: Pick<Tasks, 'get' | 'list'> };

/** Tasks of a schedule that a backfill looks through for those that its slots have already, and how many come in a page. */
const knownMax = 50_000;
const knownPage = 200;
/** Fires written by one call. */
const group = 50;

/** Fires that people ask for. Its times stay as they are. */
export function firesByHand(parts: ByHandParts): Pick<Schedules, 'run' | 'backfill'> {
  const { store, keys, registry, tasks } = parts;

  const plan = async (record: ScheduleRecord, rule: Rule, at: number, now: number): Promise<NewTask> => {
    const { task: template, job } = record.definition.request;
    if (job !== undefined) throw conflict(`it runs a job: POST /v1/jobs/${job}/run runs it now`);
    const { model, method } = template;
    const [version] = await registry.versions(fullMethodName(model, method));
    try {
      return planFire(record.definition, rule, at, now, version, { byHand: true });
    } catch (error) {
      if (error instanceof ClusterError) throw error;
      throw invalid([{ pointer: '/task', message: faultOf(error) }]);
    }
  };

  const write = async (id: string, access: Access, made: Made[], kind: Fire['kind'], now: number): Promise<boolean> => {
    for (let attempt = 0; attempt < triesMax; attempt += 1) {
      const record = await visible(store, id, access);
      const [answer] = await store.write([outcomeOf(record, made, kind, now, access)], now);
      if (answer === 'written') return true;
      if (answer === 'known') return false;
      if (answer === 'queue_limit') throw new ClusterError('queue_limit', `there may be ${limits.queues} queues`);
    }
    throw conflict(`schedule ${id} changes all the time: try again`);
  };

  return {
    async run(id, access, { idempotencyKey } = {}) {
      const record = await visible(store, id, access);
      const now = await store.now();
      const task = await plan(record, ruleOf(record.definition), now, now);
      if (idempotencyKey !== undefined) {
        const key = keys.idempotency(digestOf(`run ${id}\n${access.company ?? ''}\n${idempotencyKey}`));
        task.idempotency = { key, fingerprint: id, lifeMs: limits.idempotencyMs };
      }
      if (await write(id, access, [{ at: now, task }], 'manual', now)) return viewNewTask(task);
      const [value] = await store.idempotent([task.idempotency?.key ?? '']);
      const [, known = ''] = value?.split(' ') ?? [];
      return tasks.get(known, access);
    },

    async backfill(id, request, access) {
      const mine = new Map<number, string>();
      for (let attempt = 0; attempt < triesMax; attempt += 1) {
        const record = await visible(store, id, access);
        const now = await store.now();
        const rule = ruleOf(record.definition);
        const slots = slotsOf(rule, request, now);
        const known = await knownTasks(parts, id, slots, access);
        const missing = slots.filter((at) => !known.has(at) && !comesByItself(record.situation, at));
        const made = await Promise.all(
          missing.map(async (at) => ({
            at,
            task: { ...(await plan(record, rule, at, now)), links: undefined, idempotency: once(keys, id, at) },
          })),
        );
        const tell = (created: number) => {
          const fires = slots.map((at) => {
            const taskId = mine.get(at) ?? known.get(at);
            const isKnown = !mine.has(at) && (known.has(at) || comesByItself(record.situation, at));
            return { ...describeFire(rule, at), ...(taskId === undefined ? {} : { taskId }), isKnown };
          });
          return { dryRun: request.dryRun, fires, created };
        };
        if (request.dryRun) return tell(made.length);
        if (await fill(id, access, made, now, mine)) return tell(mine.size);
      }
      throw conflict(`schedule ${id} is being backfilled by somebody else: try again`);
    },
  };

  /** Answers false where somebody else fills the same range: what he made is known at the next look. */
  async function fill(id: string, access: Access, made: Made[], now: number, mine: Map<number, string>) {
    for (let at = 0; at < made.length; at += group) {
      const next = made.slice(at, at + group);
      if (!(await write(id, access, next, 'backfill', now))) return false;
      for (const { at: slot, task } of next) mine.set(slot, task.id);
    }
    return true;
  }
}

function once(keys: Keys, id: string, at: number): { key: string; fingerprint: string; lifeMs: number } {
  const key = keys.idempotency(digestOf(`backfill ${id} ${at}`));
  return { key, fingerprint: id, lifeMs: limits.idempotencyMs };
}

type Made = { at: number; task: NewTask };

/** A fire that waits for its turn, or that the alarm clock has yet to look at: its task is not for a backfill to make. */
function comesByItself({ state, last, queued }: Situation, at: number): boolean {
  return (state === 'active' && at > last) || queued.some((fire) => fire.at === at);
}

/** @throws ClusterError request_invalid */
function slotsOf(rule: Rule, { from, to }: BackfillRequest, now: number): number[] {
  const [fromMs, toMs] = [Date.parse(from), Date.parse(to)];
  if (toMs <= fromMs) throw invalid([{ pointer: '/to', message: 'must lie after from' }]);
  if (toMs > now) throw invalid([{ pointer: '/to', message: 'must have gone by: what is to come fires by itself' }]);
  const slots = firesBetween(rule, fromMs, toMs, limits.backfillFires + 1, { ignoresStart: true });
  if (slots.length <= limits.backfillFires) return slots;
  throw invalid([
    { pointer: '/to', message: `there are more than ${limits.backfillFires} fires in this range: take a part of it` },
  ]);
}

/** The tasks that slots have already, as far as the ledger remembers, or that a backfill made within the last day. */
async function knownTasks(
  { tasks, store, keys }: ByHandParts,
  id: string,
  slots: number[],
  access: Access,
): Promise<Map<number, string>> {
  const [first] = slots;
  if (first === undefined) return new Map();
  const known = await tasksSince(tasks, id, first, new Set(slots), access);
  const others = slots.filter((at) => !known.has(at));
  const backfilled = await store.idempotent(others.map((at) => once(keys, id, at).key));
  for (const [index, value] of backfilled.entries()) {
    const [, taskId] = value?.split(' ') ?? [];
    if (taskId !== undefined) known.set(others[index] ?? 0, taskId);
  }
  return known;
}

async function tasksSince(
  tasks: Pick<Tasks, 'list'>,
  schedule: string,
  first: number,
  wanted: Set<number>,
  access: Access,
): Promise<Map<number, string>> {
  const known = new Map<number, string>();
  const from = new Date(first - 1_000).toISOString();
  let cursor: string | undefined;
  for (let looked = 0; looked < knownMax; looked += knownPage) {
    const page = await tasks.list({ schedule, from, limit: knownPage, cursor }, access);
    for (const { id, fireAt } of page.items) {
      const at = fireAt === undefined ? undefined : Date.parse(fireAt);
      if (at !== undefined && wanted.has(at)) known.set(at, id);
    }
    if (page.nextCursor === null) return known;
    cursor = page.nextCursor;
  }
  const message = `the schedule made more than ${knownMax} tasks since: begin later`;
  throw invalid([{ pointer: '/from', message }]);
}

/** Tasks by hand are watched as others are, so that the next fire does not run into them; those of a backfill are not. */
function outcomeOf(record: ScheduleRecord, made: Made[], kind: Fire['kind'], now: number, { by }: Access): Outcome {
  const { situation, definition } = record;
  const first = (situation.newest?.number ?? 0) + 1;
  const lines = made.map(
    ({ at, task }, index): Fire => ({
      number: first + index,
      kind,
      at: new Date(at).toISOString(),
      count: 1,
      result: 'task',
      firedAt: new Date(now).toISOString(),
      ...(by === undefined ? {} : { by }),
      task: { id: task.id },
    }),
  );
  const next: Situation = {
    ...situation,
    counts: { ...situation.counts, manual: situation.counts.manual + made.length },
    newest: lines.at(-1) ?? situation.newest,
  };
  const live = kind === 'manual' ? [...record.live, ...made.map(({ task }) => task.id)].slice(-liveMax) : record.live;
  return {
    record,
    situation: next,
    live,
    alarmAt: aimOf(definition, next, now),
    lines,
    tasks: made.map(({ task }) => task),
  };
}
