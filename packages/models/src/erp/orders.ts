import { DataError, limits, type TaskContext } from '@drover/core';
import { z } from 'zod';
import { DataReference } from '../data/data-folder.ts';
import { readRows } from '../data/read-rows.ts';
import type { Row } from '../data/row.ts';

/** `SO-10001`, or its number alone. */
export const OrderId = z.union([
  z.int().min(1),
  z.string().regex(/^[A-Za-z0-9][A-Za-z0-9_-]{0,63}$/, 'an order, for example "SO-10001" or 10001'),
]);
export const OrderIds = z.array(OrderId).max(limits.batchIds);

export const orderKey = (id: z.infer<typeof OrderId>) => (typeof id === 'number' ? `SO-${id}` : id);

export const OrderStatus = z.enum(['draft', 'confirmed', 'shipped', 'cancelled', 'closed']);
export type OrderStatus = z.infer<typeof OrderStatus>;

/** An order as the file has it; the columns of the shipped sample. */
const OrderRow = z.object({
  order_id: z.string().regex(/^[A-Za-z0-9][A-Za-z0-9_-]{0,63}$/, 'is no order number'),
  ordered_at: z.iso.date('is no date'),
  customer: z.string().min(1, 'is missing'),
  email: z.string(),
  country: z.string(),
  product: z.string(),
  category: z.string(),
  quantity: z.coerce.number('is no number').int('is no whole number').min(1, 'must be at least 1'),
  unit_price: z
    .string()
    .regex(/^\d+(\.\d+)?$/, 'is no amount')
    .transform(Number),
  currency: z.string().regex(/^[A-Z]{3}$/, 'is no currency'),
  status: OrderStatus,
});
export type Order = z.output<typeof OrderRow>;

/** Where orders are read from. */
export const OrderSource = DataReference.default('sample:orders.csv').describe(
  'CSV or NDJSON, columns as in the sample',
);

type OrderRead = { id: string; order: Order } | { id: string; problem: string };

/** All orders of a file, in a stream; those that are not right come with what is wrong. */
export async function* readOrders(source: string, task: TaskContext): AsyncGenerator<OrderRead> {
  for await (const read of readRows(source, task)) {
    if (!('row' in read)) yield { id: `line ${read.line}`, problem: read.problem };
    else yield parseOrder(read.row, read.line);
  }
}

/**
 * The orders of these ids. Memory holds only those.
 *
 * @throws DataError (the function) for an order that is not there, or is not right.
 */
export async function pickOrders(
  ids: readonly z.infer<typeof OrderId>[],
  source: string,
  task: TaskContext,
): Promise<(id: z.infer<typeof OrderId>) => Order> {
  const wanted = new Set(ids.map(orderKey));
  const found = new Map<string, OrderRead>();
  if (wanted.size > 0) {
    for await (const read of readOrders(source, task)) {
      if (wanted.has(read.id)) found.set(read.id, read);
      if (found.size === wanted.size) break;
    }
  }
  return (id) => {
    const read = found.get(orderKey(id));
    if (read === undefined) throw new DataError(`there is no order ${orderKey(id)}`);
    if (!('order' in read)) throw new DataError(`order ${read.id}: ${read.problem}`);
    return read.order;
  };
}

function parseOrder(row: Row, line: number): OrderRead {
  const id = typeof row.order_id === 'string' ? row.order_id : `line ${line}`;
  const parsed = OrderRow.safeParse(row);
  if (parsed.success) return { id, order: parsed.data };
  const problem = parsed.error.issues.map(({ path, message }) => `${path.join('.')} ${message}`).join('; ');
  return { id, problem };
}
