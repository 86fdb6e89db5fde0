import { ClusterError } from '@drover/core';
import type { IndexTable } from '../keys.ts';

/** A cursor names the row at which a page ended: rows keep their numbers, so pages stay stable while tasks come and go. */
export function encodeCursor(table: IndexTable, number: number): string {
  return Buffer.from(`${table} ${number}`).toString('base64url');
}

/** The next page holds rows below this number. @throws ClusterError request_invalid */
export function decodeCursor(table: IndexTable, cursor: string | undefined): number | undefined {
  if (cursor === undefined) return undefined;
  const [name, number = ''] = Buffer.from(cursor, 'base64url').toString().split(' ');
  if (name === table && /^\d{1,15}$/.test(number)) return Number(number);
  const message = 'is not a cursor of this list';
  throw new ClusterError('request_invalid', `?cursor ${message}`, { faults: [{ pointer: '?cursor', message }] });
}
