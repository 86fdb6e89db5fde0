import { setTimeout as sleep } from 'node:timers/promises';
import { ClusterError, type Declaration, type ScheduleOwner } from '@drover/core';
import type { Registry } from '../registry.ts';
import { canonical } from './canonical.ts';
import { aimOf, goingOn, triesMax } from './change.ts';
import { driftOf } from './drift.ts';
import { firstSituation } from './edits.ts';
import { type Definition, isOtherRule, newScheduleId, type ScheduleRecord } from './record.ts';
import { declaredField, type ScheduleStore } from './store.ts';

export type DeclareParts = {
  store: ScheduleStore;
  registry: Pick<Registry, 'models'>;
  models: string[];
  declarations: Declaration[];
  onError: (error: Error) => void;
};

const retryMs = 2_000;
/** A declaration whose name is taken waits for it. */
const takenPauseMs = 60_000;

/**
 * Sees to it that the schedules are there which the models of a worker declare, and those are not which they declare no
 * more. Whoever starts last decides. Every worker does this; it changes nothing where all is as it should be.
 */
export async function declare(parts: DeclareParts, ending: AbortSignal): Promise<void> {
  const { store, models, declarations, onError } = parts;
  let left = declarations;
  let isFirst = true;
  while (!ending.aborted) {
    let pauseMs = retryMs;
    try {
      const refused = await declareAll(parts, left);
      if (isFirst) await removeOthers(store, models, declarations);
      if (refused.length === 0) return;
      if (isFirst) for (const { error } of refused) onError(error);
      left = refused.map(({ declaration }) => declaration);
      isFirst = false;
      pauseMs = takenPauseMs;
    } catch (error) {
      onError(error as Error);
    }
    await sleep(pauseMs, undefined, { signal: ending }).catch(() => undefined);
  }
}

/** One that cannot be hinders no other. Answers those that were refused. */
async function declareAll(parts: DeclareParts, declarations: Declaration[]) {
  const refused: { declaration: Declaration; error: ClusterError }[] = [];
  const declared = await parts.store.declared();
  for (const declaration of declarations) {
    try {
      await declareOne(parts, declaration, declared[fieldOf(declaration)]);
    } catch (error) {
      if (!(error instanceof ClusterError) || error.canRetry) throw error;
      refused.push({ declaration, error });
    }
  }
  return refused;
}

/**
 * Another worker may do the same at the same time: then what he wrote is looked at. A person may have given it another
 * name, so that it is known by its id.
 */
async function declareOne(parts: DeclareParts, declaration: Declaration, known: string | undefined): Promise<void> {
  const { store } = parts;
  const { request, model } = declaration;
  for (let attempt = 0; attempt < triesMax; attempt += 1) {
    const own = await readOwn(store, known, model);
    const record = own ?? (await readNamed(store, request.task.company, request.name));
    if (own === undefined && record !== undefined) await requireFree(parts, declaration, record);
    const now = await store.now();
    const to = record === undefined ? begun(declaration, now) : adjusted(record, declaration, now);
    if (to === undefined) return;
    const alarmAt = aimOf(to.definition, to.situation, now);
    const answer = await store.edit({ record, ...to, alarmAt }).catch((error: unknown) => {
      if (error instanceof ClusterError && error.code === 'schedule_conflict') return 'changed';
      throw error;
    });
    if (answer === 'written') return;
  }
  throw new Error(`schedule "${request.name}" changes all the time`);
}

/**
 * That the schedule which has the name is to become that of the declaration: it was declared under it, and moves to
 * another model.
 * @throws ClusterError schedule_conflict
 */
async function requireFree(
  { registry, models }: DeclareParts,
  { model, request }: Declaration,
  { definition: { owner, declared } }: ScheduleRecord,
): Promise<void> {
  const refuse = (whose: string) => {
    const message = `model ${model} declares a schedule "${request.name}", but ${whose}`;
    throw new ClusterError('schedule_conflict', message);
  };
  if (owner.kind === 'key') refuse('a person made one of that name');
  if (declared?.name !== request.name) refuse(`a person gave that name to "${declared?.name}"`);
  if (owner.name === model || models.includes(owner.name)) return;
  const offered = await registry.models();
  if (offered.some((other) => other.model === owner.name)) refuse(`model ${owner.name} has one of that name`);
}

async function readOwn(store: ScheduleStore, id: string | undefined, model: string) {
  const record = id === undefined ? undefined : await store.read(id);
  return record?.definition.owner.name === model ? record : undefined;
}

async function readNamed(store: ScheduleStore, company: string | undefined, name: string) {
  const id = await store.idOfName(company, name);
  return id === undefined ? undefined : store.read(id);
}

function fieldOf({ model, request }: Declaration): string {
  return declaredField({ owner: ownerOf(model), company: request.task.company, declared: request }) ?? '';
}

function begun({ model, request }: Declaration, now: number): Pick<ScheduleRecord, 'definition' | 'situation'> {
  const definition: Definition = {
    v: 1,
    id: newScheduleId(),
    request,
    company: request.task.company,
    owner: ownerOf(model),
    anchorAt: now,
    declared: request,
    createdAt: now,
    updatedAt: now,
    version: 1,
  };
  return { definition, situation: firstSituation(definition, now) };
}

/** An edit by a person stays; what the code says is shown beside it. Undefined: nothing is to change. */
function adjusted(
  { definition, situation }: ScheduleRecord,
  { model, request }: Declaration,
  now: number,
): Pick<ScheduleRecord, 'definition' | 'situation'> | undefined {
  const isSame = canonical(definition.declared) === canonical(request) && definition.owner.name === model;
  if (isSame) return undefined;
  const isEdited = driftOf(definition) !== undefined;
  const to: Definition = {
    ...definition,
    owner: ownerOf(model),
    declared: request,
    isAdopted: undefined,
    ...(isEdited ? {} : { request }),
    updatedAt: now,
    version: definition.version + 1,
  };
  return { definition: to, situation: goingOn(situation, isOtherRule(to.request, definition.request), now) };
}

/** Models that this worker does not have are others' business. */
async function removeOthers(store: ScheduleStore, models: string[], declarations: Declaration[]): Promise<void> {
  const wanted = new Set(declarations.map(fieldOf));
  for (const [field, id] of Object.entries(await store.declared())) {
    const model = field.slice(0, field.indexOf('\0'));
    if (wanted.has(field) || !models.includes(model)) continue;
    for (let attempt = 0; attempt < triesMax; attempt += 1) {
      const record = await store.read(id);
      // Another model has it by now.
      if (record?.definition.owner.name !== model) {
        await store.forgetDeclared(field);
        break;
      }
      if ((await store.edit({ record })) !== 'changed') break;
    }
  }
}

function ownerOf(model: string): ScheduleOwner {
  return { kind: model === 'system' || model.startsWith('system.') ? 'system' : 'code', name: model };
}
