import type { Schedule, ScheduleRequest } from '@drover/core';
import { canonical } from './canonical.ts';
import type { Definition } from './record.ts';

/** Where a schedule that code declares is not as the code says. */
export function driftOf({ request, declared, isAdopted }: Definition): Schedule['drift'] {
  if (declared === undefined) return undefined;
  const fields = [...new Set([...Object.keys(request), ...Object.keys(declared)])].filter((field) => {
    const name = field as keyof ScheduleRequest;
    return canonical(request[name]) !== canonical(declared[name]);
  });
  return fields.length === 0 ? undefined : { fields: fields.sort(), declared, isAdopted: isAdopted === true };
}
