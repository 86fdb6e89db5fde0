/** What both sides carry: about 200 bytes of arguments, as a service would send them. */
export const args = [
  {
    invoice: 481_516,
    number: 'INV-2026-004815',
    customer: 'c_8f14e45fceea167a5a36dedd4bea2543',
    amount: 1_249.95,
    currency: 'EUR',
    lines: [10, 20, 30, 40],
    note: 'to be posted with the batch of the month end',
  },
];

/** Drover's request, and the data of a raw job. */
export const taskRequest = { model: 'bench', method: 'noop', args, kwargs: {}, queue: 'bench' };
export const jobData = { args };

export const taskBody = JSON.stringify(taskRequest);

/** Tasks of one bulk request, and jobs of one `addBulk`. */
export const bulkTasks = 1_000;
