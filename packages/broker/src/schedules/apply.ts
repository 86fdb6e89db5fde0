import { ClusterError, type Schedule, type ScheduleRequest } from '@drover/core';
import type { Access } from '../cluster.ts';
import { asClusterError } from '../redis.ts';
import { canonical } from './canonical.ts';
import { type EditParts, visible } from './change.ts';
import { checkSchedule, companyOfSchedule, normalised } from './check-schedule.ts';
import type { CheckOptions, Schedules } from './contract.ts';
import { beginning } from './edits.ts';
import { viewSchedules } from './view.ts';

type Applied = { result: 'created' | 'updated' | 'unchanged'; schedule: Schedule };

/** Schedules as a file has them: by name, each on its own. */
export function scheduleImport(parts: EditParts, edits: Pick<Schedules, 'create' | 'replace'>): Schedules['apply'] {
  const { store } = parts;

  const one = async (request: ScheduleRequest, access: Access, options: CheckOptions & { dryRun?: boolean }) => {
    const id = await store.idOfName(companyOfSchedule(request, access), request.name);
    const isDry = options.dryRun === true;
    if (id === undefined) {
      if (!isDry) return { result: 'created' as const, schedule: await edits.create(request, access, options) };
      const { definition, situation } = await beginning(parts, request, access, options);
      const [schedule] = await viewSchedules(parts, [{ id: definition.id, v: '', definition, situation, live: [] }]);
      return { result: 'created' as const, schedule };
    }
    const record = await visible(store, id, access);
    const draft = { ...record.definition, request };
    const asked = normalised(
      request,
      await checkSchedule(parts, draft, await store.now(), options),
      record.definition.company,
    );
    const isSame = canonical(asked) === canonical(record.definition.request);
    if (!isSame && !isDry)
      return { result: 'updated' as const, schedule: await edits.replace(id, asked, access, options) };
    const [schedule] = await viewSchedules(parts, [
      isSame ? record : { ...record, definition: { ...draft, request: asked } },
    ]);
    return { result: isSame ? ('unchanged' as const) : ('updated' as const), schedule };
  };

  return async (requests, access, options = {}) => {
    const applied: (Applied | ClusterError)[] = [];
    const names = new Set<string>();
    for (const request of requests) {
      try {
        const name = `${companyOfSchedule(request, access) ?? ''}\0${request.name}`;
        if (names.has(name)) throw twice(request.name);
        names.add(name);
        const { result, schedule } = await one(request, access, options);
        if (schedule === undefined) throw new Error(`schedule "${request.name}" has no view`);
        applied.push({ result, schedule });
      } catch (error) {
        const known = asClusterError(error);
        if (!(known instanceof ClusterError) || known.canRetry) throw error;
        applied.push(known);
      }
    }
    return applied;
  };
}

function twice(name: string): ClusterError {
  const message = `"${name}" is there twice`;
  return new ClusterError('request_invalid', message, { faults: [{ pointer: '/name', message }] });
}
