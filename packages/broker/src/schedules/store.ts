import { ClusterError, type Fire, limits } from '@drover/core';
import type { Redis } from 'ioredis';
import type { NewTask } from '../enqueue.ts';
import { pushTask } from '../enqueue.ts';
import type { PlannedFlow } from '../flows/plan-flow.ts';
import { pushFlow } from '../flows/write-flow.ts';
import { type Keys, statisticsLifeMs } from '../keys.ts';
import { reach } from '../redis.ts';
import type { RunScript } from '../scripts.ts';
import { type Definition, decodeRecord, type Live, type ScheduleRecord, type Situation } from './record.ts';

/** Reads and writes schedules. */
export type ScheduleStore = ReturnType<typeof scheduleStore>;

/** What became of one schedule: all of it is written, or nothing. */
export type Outcome = {
  record: ScheduleRecord;
  situation: Situation;
  live: Live;
  alarmAt: number | undefined;
  lines: Fire[];
  tasks: NewTask[];
  /** Runs of jobs. */
  flows?: PlannedFlow[] | undefined;
};

export type Written = 'written' | 'gone' | 'changed' | 'queue_limit' | 'known';

const written: readonly Written[] = ['gone', 'written', 'changed', 'queue_limit', 'known'];

export type Edit = {
  /** What the edit is based on; undefined creates. */
  record?: ScheduleRecord | undefined;
  /** Undefined removes. */
  definition?: Definition | undefined;
  situation?: Situation | undefined;
  alarmAt?: number | undefined;
  idempotency?: { key: string; fingerprint: string } | undefined;
};

export function scheduleStore({ redis, keys, run }: { redis: Redis; keys: Keys; run: RunScript }) {
  return {
    async read(id: string): Promise<ScheduleRecord | undefined> {
      return decodeRecord(id, await reach(redis.hmget(keys.schedule(id), 'v', 'd', 's', 'lv')));
    },

    /** Undefined for those that are gone. */
    async readMany(ids: string[]): Promise<(ScheduleRecord | undefined)[]> {
      if (ids.length === 0) return [];
      const pipeline = redis.pipeline();
      for (const id of ids) pipeline.hmget(keys.schedule(id), 'v', 'd', 's', 'lv');
      const replies = (await reach(pipeline.exec())) ?? [];
      return replies.map(([error, values], index) => {
        if (error !== null) throw error;
        return decodeRecord(ids[index] ?? '', values as (string | null)[]);
      });
    },

    /** Names as `schedule.lua` sorts them, after `cursor`. */
    async members(company: string | undefined, cursor: string | undefined, count: number): Promise<string[]> {
      const from = cursor === undefined ? '-' : `(${cursor}`;
      return reach(redis.zrange(keys.schedules(company), from, '+', 'BYLEX', 'LIMIT', 0, count));
    },

    async idOfName(company: string | undefined, name: string): Promise<string | undefined> {
      return (await reach(redis.hget(keys.scheduleNames, `${company ?? ''}\0${name}`))) ?? undefined;
    },

    /** What stands under idempotency keys: `fingerprint id`, null for nothing. */
    async idempotent(of: string[]): Promise<(string | null)[]> {
      return of.length === 0 ? [] : reach(redis.mget(of));
    },

    /** Lines of the fire log, newest first, those below `before`. */
    async fires(id: string, limit: number, before: number | undefined): Promise<Fire[]> {
      const key = keys.fires(id);
      const newest = await reach(redis.lindex(key, 0));
      if (newest === null) return [];
      const from = before === undefined ? 0 : Math.max(0, (JSON.parse(newest) as Fire).number - before + 1);
      // What comes meanwhile pushes the others further down.
      const lines = await reach(redis.lrange(key, from, from + limit + limits.fireGroup));
      const fires = lines.map((line) => JSON.parse(line) as Fire);
      return fires.filter(({ number }) => before === undefined || number < before).slice(0, limit);
    },

    /** See `declaredField`: → id, of those that code declares. */
    async declared(): Promise<Record<string, string>> {
      return reach(redis.hgetall(keys.schedulesDeclared));
    },

    async forgetDeclared(field: string): Promise<void> {
      await reach(redis.hdel(keys.schedulesDeclared, field));
    },

    /** By the clock of Redis, ms. */
    async now(): Promise<number> {
      const [seconds, micros] = await reach(redis.time());
      return Number(seconds) * 1_000 + Math.floor(Number(micros) / 1_000);
    },

    /** It does not ring before. */
    async leaveAlone(id: string, until: number): Promise<void> {
      await reach(redis.zadd(keys.alarms, 'XX', until, id));
    },

    /** Answers the id that an earlier call under the same idempotency key made, where there was one. */
    async edit(edit: Edit): Promise<'written' | 'gone' | 'changed' | { id: string }> {
      const { record, definition, situation, alarmAt, idempotency } = edit;
      const of = definition ?? record?.definition;
      if (of === undefined) throw new Error('an edit of nothing');
      const args: (string | number)[] = [keys.prefix, of.id, record?.v ?? ''];
      args.push(definition === undefined ? '' : JSON.stringify(definition), JSON.stringify(situation ?? {}));
      args.push(alarmAt ?? '', of.company ?? '', record?.definition.request.name ?? '', definition?.request.name ?? '');
      args.push(record === undefined ? '' : (declaredField(record.definition) ?? ''), limits.schedules);
      if (idempotency === undefined) args.push('', '', 0);
      else args.push(idempotency.key, `${idempotency.fingerprint} ${of.id}`, limits.idempotencyMs);
      args.push(definition === undefined ? '' : (declaredField(definition) ?? ''));
      const answer = await reach(run('schedule', keys.queues, args));
      if (typeof answer === 'string') return replayed(answer, idempotency?.fingerprint);
      if (answer === 3) throw new ClusterError('schedule_limit', `there may be ${limits.schedules} schedules`);
      if (answer === 4) throw nameTaken(definition?.request.name ?? '');
      return answer === 1 ? 'written' : answer === 2 ? 'changed' : 'gone';
    },

    /** Each on its own, in one call. */
    async write(outcomes: Outcome[], nowMs: number): Promise<Written[]> {
      if (outcomes.length === 0) return [];
      const args: (string | number)[] = [keys.prefix, `${keys.bullPrefix}:`, limits.queues, nowMs, statisticsLifeMs];
      args.push(limits.fireLog);
      for (const { record, situation, live, alarmAt, lines, tasks: own, flows = [] } of outcomes) {
        const tasks = [...own, ...flows.flatMap((flow) => flow.tasks)];
        args.push(record.id, record.v, JSON.stringify(situation), live.join(' '), alarmAt ?? '', lines.length);
        for (const line of lines) args.push(line.number, JSON.stringify(line));
        args.push(tasks.length);
        for (const task of tasks) pushTask(args, task);
        args.push(flows.length);
        for (const flow of flows) pushFlow(args, flow);
      }
      const answers = (await reach(run('fire', keys.queues, args))) as number[];
      return answers.map((answer) => written[answer] ?? 'changed');
    },
  };
}

/** What tells a schedule that code declares: the model, the company, and the name that code gives it. */
export function declaredField({ owner, company, declared }: Pick<Definition, 'owner' | 'company' | 'declared'>) {
  return declared === undefined ? undefined : [owner.name, company ?? '', declared.name].join('\0');
}

/** The id that an earlier call made. @throws ClusterError idempotency_key_reused */
export function replayed(value: string, fingerprint: string | undefined): { id: string } {
  const [known, id = ''] = value.split(' ');
  if (known === fingerprint) return { id };
  throw new ClusterError('idempotency_key_reused', 'this Idempotency-Key came with another request before');
}

function nameTaken(name: string): ClusterError {
  const message = `there is a schedule "${name}" already`;
  return new ClusterError('schedule_conflict', message, { faults: [{ pointer: '/name', message }] });
}
