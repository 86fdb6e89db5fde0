import { ClusterError, ScheduleRequest as Request, type ScheduleRequest } from '@drover/core';
import { digestOf } from '../arguments.ts';
import type { Access } from '../cluster.ts';
import { canonical } from './canonical.ts';
import {
  aimOf,
  change,
  conflict,
  type EditParts,
  edited,
  goingOn,
  requireVersion,
  type StepMaker,
  triesMax,
  viewOne,
  visible,
} from './change.ts';
import { checkSchedule, companyOfSchedule, normalised, requireFuture } from './check-schedule.ts';
import type { Based, CheckOptions, Schedules } from './contract.ts';
import { type Definition, isOtherRule, newScheduleId, newSituation, type Situation } from './record.ts';
import { replayed } from './store.ts';

/** Schedules as people make, edit and remove them. */
export function scheduleEdits(parts: EditParts): Pick<Schedules, 'create' | 'replace' | 'patch' | 'remove'> {
  const { store, keys, registry } = parts;
  return {
    async create(request, access, options = {}) {
      const { idempotencyKey: given } = options;
      const idempotency =
        given === undefined
          ? undefined
          : {
              key: keys.idempotency(digestOf(`schedule\n${access.company ?? ''}\n${given}`)),
              fingerprint: digestOf(canonical(request)),
            };
      // What was good when it was sent first may not be so now.
      const [stored] = idempotency === undefined ? [] : await store.idempotent([idempotency.key]);
      if (stored != null) {
        return viewOne(parts, await visible(store, replayed(stored, idempotency?.fingerprint).id, access));
      }
      const { definition, situation, alarmAt } = await beginning(parts, request, access, options);
      const answer = await store.edit({ definition, situation, alarmAt, idempotency });
      if (typeof answer === 'object') return viewOne(parts, await visible(store, answer.id, access));
      return viewOne(parts, { id: definition.id, v: '1', definition, situation, live: [] });
    },

    replace: (id, request, access, options = {}) => edit(parts, id, () => request, access, options),

    patch(id, patch, access, options = {}) {
      const make = ({ request }: Definition) => {
        const { task, job, ...rest } = request;
        // Who names one of the two replaces whichever it was.
        const what = patch.task === undefined && patch.job === undefined ? { task, job } : {};
        const merged = Object.entries({ ...rest, ...what, ...patch }).filter(([, value]) => value != null);
        return Request.parse(Object.fromEntries(merged));
      };
      return edit(parts, id, make, access, options);
    },

    async remove(id, access, { version } = {}) {
      for (let attempt = 0; attempt < triesMax; attempt += 1) {
        const record = await visible(store, id, access);
        requireVersion(record.definition, version);
        const { owner } = record.definition;
        const models = await registry.models();
        if (owner.kind !== 'key' && models.some(({ model }) => model === owner.name)) {
          throw conflict(`${owner.name} declares it in code, and would bring it back: unschedule it instead`);
        }
        const answer = await store.edit({ record });
        if (answer === 'written') return;
        if (answer === 'gone') throw new ClusterError('schedule_unknown', `there is no schedule "${id}"`);
      }
      throw conflict(`schedule ${id} changes all the time: try again`);
    },
  };
}

function edit(
  parts: EditParts,
  id: string,
  make: (old: Definition) => ScheduleRequest,
  access: Access,
  options: Based & CheckOptions,
) {
  const step: StepMaker = async ({ definition: old, situation }, now) => {
    const asked = make(old);
    if ((companyOfSchedule(asked, access) ?? old.company) !== old.company) {
      throw conflict('a schedule stays with its company: make another one', '/task/company');
    }
    const draft = edited(old, { request: asked, isAdopted: undefined }, access, now);
    const isRuleNew = isOtherRule(asked, old.request);
    const beginsNow = isRuleNew && asked.timing === 'immediately';
    if (beginsNow) draft.anchorAt = now;
    const rule = await checkSchedule(parts, draft, now, options);
    const definition = { ...draft, request: normalised(asked, rule, old.company) };
    const to = goingOn(situation, isRuleNew, now);
    if (isRuleNew && to.state === 'active') requireFuture(rule, now);
    return { definition, situation: beginsNow ? { ...to, last: now - 1_000 } : to };
  };
  return change(parts, id, access, step, options.version);
}

/** A new schedule, checked, and as it begins. */
export async function beginning(parts: EditParts, request: ScheduleRequest, access: Access, options: CheckOptions) {
  const now = await parts.store.now();
  const definition = newDefinition(request, access, now);
  const rule = await checkSchedule(parts, definition, now, options);
  requireFuture(rule, now);
  definition.request = normalised(request, rule, definition.company);
  const situation = firstSituation(definition, now);
  return { definition, situation, alarmAt: aimOf(definition, situation, now) };
}

function newDefinition(request: ScheduleRequest, access: Access, now: number): Definition {
  const { by } = access;
  return {
    v: 1,
    id: newScheduleId(),
    request,
    company: companyOfSchedule(request, access),
    owner: { kind: 'key', name: by?.name ?? 'unknown' },
    anchorAt: now,
    createdAt: now,
    updatedAt: now,
    updatedBy: by,
    version: 1,
  };
}

/** With `immediately` its only slot is now, and has yet to come. */
export function firstSituation({ request }: Definition, now: number): Situation {
  return newSituation(request.timing === 'immediately' ? now - 1_000 : now);
}
