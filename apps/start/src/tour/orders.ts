import { rm } from 'node:fs/promises';
import { join } from 'node:path';
import type { Flow, FlowRequestInput, ItemResults } from '@drover/core';
import { expectFlowDone, expectTo, type TourStep } from './tour.ts';

const source = 'sample:orders.csv';
/** The tour's own, in the folder of files: it begins anew each time. */
const folder = 'tour';
const orderCount = 20;

/** Drafts of the sample are confirmed; then, at the same time, each is invoiced and written to its customer. */
const request: FlowRequestInput = {
  name: 'Orders, their invoices and confirmations',
  tasks: [
    {
      key: 'drafts',
      model: 'sale.order',
      method: 'find',
      kwargs: { source, status: 'draft', limit: orderCount, folder: `${folder}/orders` },
    },
    {
      key: 'orders',
      model: 'sale.order',
      method: 'confirm',
      args: ['${drafts.ids}'],
      kwargs: { source, folder: `${folder}/orders` },
      dependsOn: ['drafts'],
      when: 'drafts.count > 0',
    },
    {
      key: 'invoices',
      model: 'account.invoice',
      method: 'process_batch',
      args: ['${drafts.ids}'],
      kwargs: { source, orders: `${folder}/orders`, folder: `${folder}/invoices` },
      dependsOn: ['drafts', 'orders'],
    },
    {
      key: 'confirmations',
      model: 'data.transformer',
      method: 'transform',
      kwargs: {
        file: source,
        filter: [{ column: 'order_id', op: 'in', value: '${drafts.ids}' }],
        select: ['order_id', 'customer', 'email', 'product', 'quantity'],
        to: `${folder}/confirmations.ndjson`,
      },
      dependsOn: ['drafts', 'orders'],
    },
  ],
};

/** A flow whose tasks wait for each other, and take what those before them found. */
export const orders: TourStep = {
  title: 'Flow',
  shows: 'orders become invoices and confirmations, at the same time, as soon as they are confirmed',
  async run({ client, files, followFlow, signal, tell }) {
    await rm(join(files, folder), { recursive: true, force: true });
    const ended = await followFlow(await client.flows.create(request, { signal }));
    expectFlowDone(ended);
    const resultOf = async (key: string) => (await client.tasks.get(nodeOf(ended, key).id, { signal })).result;
    const drafts = (await resultOf('drafts')) as { ids: string[]; count: number };
    expectTo(`${orderCount} drafts`, drafts.count === orderCount, drafts.count);
    const confirmed = (await resultOf('orders')) as ItemResults;
    expectTo('every draft to be confirmed', confirmed.successCount === drafts.count, confirmed);
    const invoiced = (await resultOf('invoices')) as ItemResults;
    expectTo('an invoice, or a reason, for each', invoiced.processed === drafts.count, invoiced);
    const written = (await resultOf('confirmations')) as { count: number };
    expectTo('a confirmation for each', written.count === drafts.count, written.count);
    expectOrder(ended);
    tell(`${drafts.count} drafts were found and confirmed, ${drafts.ids[0]} first`);
    return `${invoiced.successCount} invoices and ${written.count} confirmations in ${join(files, folder)}`;
  },
};

/** No task began before all that it waits for had ended. */
function expectOrder(flow: Flow): void {
  for (const { key, startedAt = '', dependsOn } of flow.tasks) {
    for (const edge of dependsOn) {
      const { finishedAt = '' } = nodeOf(flow, edge.key);
      expectTo(`${edge.key} to end before ${key} began`, finishedAt <= startedAt, { finishedAt, startedAt });
    }
  }
}

function nodeOf({ tasks }: Flow, key: string): Flow['tasks'][number] {
  const node = tasks.find((task) => task.key === key);
  if (node === undefined) throw new Error(`the flow has no task "${key}"`);
  return node;
}
