import { DroverError } from '@drover/client';
import type { Fault } from '@drover/core';

/** `/kwargs/a~1b/0` → `['kwargs', 'a/b', '0']`; what is no JSON Pointer (`?name`, `header:name`) → none. */
export function pathOf(pointer: string): string[] {
  if (!pointer.startsWith('/')) return [];
  return pointer
    .slice(1)
    .split('/')
    .map((part) => part.replaceAll('~1', '/').replaceAll('~0', '~'));
}

/** Whether a fault lies in this field of the body, or anywhere inside it. */
export function isUnder(fault: Fault, field: string): boolean {
  return pathOf(fault.pointer)[0] === field;
}

/** What is wrong with a field, for the line beneath it: the place inside the field, where there is one, and the fault. */
export function messageOf(faults: readonly Fault[], field: string): string | undefined {
  const lines = faults
    .filter((fault) => isUnder(fault, field))
    .map((fault) => {
      const inside = pathOf(fault.pointer).slice(1).join(' › ');
      return inside === '' ? fault.message : `${inside}: ${fault.message}`;
    });
  return lines.length === 0 ? undefined : lines.join('\n');
}

/** What the API says of a field of the address, when it refused a search. */
export function addressFault(error: unknown, field: string): string | undefined {
  if (!(error instanceof DroverError)) return undefined;
  return error.faults.find(({ pointer }) => pointer === `?${field}`)?.message;
}
