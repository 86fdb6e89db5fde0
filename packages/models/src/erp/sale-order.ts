import { DataError, defineModel, type TaskContext } from '@drover/core';
import { z } from 'zod';
import { DataPath } from '../data/data-folder.ts';
import { type Order, OrderIds, OrderSource, OrderStatus, pickOrders, readOrders } from './orders.ts';
import { records } from './records.ts';

const Folder = DataPath.default('orders').describe('Where the states of orders are kept');
const dayMs = 86_400_000;

type OrderState = { order_id: string; status: OrderStatus; changed_at: string };

/** The status of an order now: what was done here since, else what its file says. */
export async function statusOf(order: Order, folder: string, task: TaskContext): Promise<OrderStatus> {
  const state = await records<OrderState>(task, folder).read(order.order_id);
  return state === undefined ? order.status : OrderStatus.parse(state.status);
}

async function setStatus(order: Order, status: OrderStatus, folder: string, task: TaskContext): Promise<void> {
  const state = { order_id: order.order_id, status, changed_at: new Date().toISOString() };
  await records<OrderState>(task, folder).write(order.order_id, state);
}

/** `sale.order`: sales orders read from a file; what becomes of them is kept in the data folder. */
export const saleOrder = defineModel('sale.order', {
  find: {
    description: 'Finds orders by status and date, oldest first',
    isFilter: true,
    kwargs: z.strictObject({
      source: OrderSource,
      folder: Folder,
      status: OrderStatus.default('draft'),
      orderedBefore: z.iso.date().optional().describe('Only orders of earlier days'),
      limit: z.int().min(1).max(10_000).default(100),
    }),
    async run({ kwargs: { source, folder, status, orderedBefore, limit } }, task) {
      const ids: string[] = [];
      let bad = 0;
      for await (const read of readOrders(source, task)) {
        if (!('order' in read)) bad += 1;
        else if (orderedBefore !== undefined && read.order.ordered_at >= orderedBefore) continue;
        else if ((await statusOf(read.order, folder, task)) === status) ids.push(read.id);
        if (ids.length === limit) break;
      }
      return { ids, count: ids.length, bad };
    },
  },
  confirm: {
    description: 'Confirms draft orders',
    args: z.tuple([OrderIds]),
    kwargs: z.strictObject({ source: OrderSource, folder: Folder }),
    async run({ args: [ids], kwargs: { source, folder } }, task) {
      const orderOf = await pickOrders(ids, source, task);
      return task.each(ids, async (id) => {
        const order = orderOf(id);
        const status = await statusOf(order, folder, task);
        if (status !== 'draft' && status !== 'confirmed') {
          throw new DataError(`order ${order.order_id} is ${status}, only drafts are confirmed`);
        }
        if (status === 'draft') await setStatus(order, 'confirmed', folder, task);
        return { status: 'confirmed', before: status };
      });
    },
  },
  close: {
    description: 'Closes draft orders',
    args: z.tuple([OrderIds]),
    kwargs: z.strictObject({ source: OrderSource, folder: Folder }),
    async run({ args: [ids], kwargs: { source, folder } }, task) {
      const orderOf = await pickOrders(ids, source, task);
      return task.each(ids, async (id) => {
        const order = orderOf(id);
        const status = await statusOf(order, folder, task);
        if (status !== 'draft' && status !== 'closed') {
          throw new DataError(`order ${order.order_id} is ${status}, only drafts are closed`);
        }
        if (status === 'draft') await setStatus(order, 'closed', folder, task);
        return { status: 'closed', before: status };
      });
    },
  },
  close_old: {
    description: 'Closes draft orders that nobody confirmed in time',
    kwargs: z.strictObject({
      source: OrderSource,
      folder: Folder,
      olderThanDays: z.int().min(0).max(36_500).default(30),
      today: z.iso.date().optional().describe('Default: today, UTC'),
      dryRun: z.boolean().default(false).describe('Only tells what would be closed'),
    }),
    priority: 300,
    async run({ kwargs: { source, folder, olderThanDays, today, dryRun } }, task) {
      const now = today === undefined ? Date.now() : Date.parse(today);
      const before = new Date(now - olderThanDays * dayMs).toISOString().slice(0, 10);
      async function* oldDrafts() {
        for await (const read of readOrders(source, task)) {
          if (!('order' in read) || read.order.ordered_at >= before) continue;
          if ((await statusOf(read.order, folder, task)) === 'draft') yield { id: read.id, order: read.order };
        }
      }
      return task.each(oldDrafts(), async ({ order }) => {
        if (!dryRun) await setStatus(order, 'closed', folder, task);
        return { ordered_at: order.ordered_at, closed: !dryRun };
      });
    },
  },
});
