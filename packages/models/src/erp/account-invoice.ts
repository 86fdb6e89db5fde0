import { DataError, defineModel, type TaskContext } from '@drover/core';
import { z } from 'zod';
import { DataPath } from '../data/data-folder.ts';
import { Mailbox } from '../email/message.ts';
import { type Order, OrderId, OrderIds, OrderSource, pickOrders } from './orders.ts';
import { records } from './records.ts';
import { statusOf } from './sale-order.ts';

const Options = z.strictObject({
  source: OrderSource,
  folder: DataPath.default('invoices').describe('Where invoices are written'),
  orders: DataPath.default('orders').describe('Where the states of orders are kept'),
  vatPercent: z.number().min(0).max(100).default(8.1),
  dryRun: z.boolean().default(false).describe('Checks only'),
});
type Options = z.output<typeof Options>;

/** Amounts in the currency's own unit, two decimals. */
export type Invoice = {
  number: string;
  order_id: string;
  customer: string;
  email: string;
  invoiced_for: string;
  lines: { product: string; quantity: number; unit_price: number; amount: number }[];
  currency: string;
  net: number;
  vat: number;
  total: number;
};

/** `account.invoice`: makes invoices from sales orders, each a file in the data folder. */
export const accountInvoice = defineModel('account.invoice', {
  process_batch: {
    description: 'Checks orders and posts an invoice for each',
    args: z.tuple([OrderIds]),
    kwargs: Options,
    timeoutSeconds: 7_200,
    async run({ args: [ids], kwargs }, task) {
      const orderOf = await pickOrders(ids, kwargs.source, task);
      return task.each(ids, (id) => post(orderOf(id), kwargs, task));
    },
  },
  post: {
    description: 'Checks one order and posts its invoice',
    args: z.tuple([OrderId]),
    kwargs: Options,
    async run({ args: [id], kwargs }, task) {
      const orderOf = await pickOrders([id], kwargs.source, task);
      return post(orderOf(id), kwargs, task);
    },
  },
  count: {
    description: 'Counts the posted invoices',
    kwargs: z.strictObject({ folder: Options.shape.folder }),
    run: async ({ kwargs }, task) => ({ count: await records(task, kwargs.folder).count() }),
  },
});

/** @throws DataError when the order cannot be invoiced as it is. */
async function post(order: Order, options: Options, task: TaskContext) {
  const status = await statusOf(order, options.orders, task);
  if (status !== 'confirmed' && status !== 'shipped') {
    throw new DataError(`order ${order.order_id} is ${status}, only confirmed and shipped ones are invoiced`);
  }
  if (!Mailbox.safeParse(order.email).success) {
    throw new DataError(`order ${order.order_id}: the e-mail address "${order.email}" is not right`);
  }
  const invoice = invoiceOf(order, options.vatPercent);
  const { number, total, currency } = invoice;
  if (!options.dryRun) {
    await records<Invoice>(task, options.folder).write(number, invoice);
    task.log.info('invoice posted', { number, total, currency });
  }
  return { number, total, currency, file: options.dryRun ? null : `${options.folder}/${number}.json` };
}

/** Counts in hundredths, so that no rounding adds up. */
export function invoiceOf(order: Order, vatPercent: number): Invoice {
  const netCents = Math.round(order.quantity * order.unit_price * 100);
  const vatCents = Math.round((netCents * vatPercent) / 100);
  const { product, quantity, unit_price, order_id } = order;
  return {
    number: `INV-${order_id.replace(/^SO-/, '')}`,
    order_id,
    customer: order.customer,
    email: order.email,
    invoiced_for: order.ordered_at,
    lines: [{ product, quantity, unit_price, amount: netCents / 100 }],
    currency: order.currency,
    net: netCents / 100,
    vat: vatCents / 100,
    total: (netCents + vatCents) / 100,
  };
}
