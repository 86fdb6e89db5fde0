import { createReadStream } from 'node:fs';
import { copyFile, mkdir, stat } from 'node:fs/promises';
import { basename, extname, join } from 'node:path';
import { createInterface } from 'node:readline';
import type { Flow } from '@drover/core';
import { expectFlowDone, expectTo, type TourContext, type TourStep } from './tour.ts';

/** What each of the three methods answers. */
type Copied = {
  file: string;
  count: number;
  read: number;
  filtered: number;
  bad: number;
  bytes: number;
  columns: string[];
};

const sample = 'sample:orders.csv';
const sampleSpec = {
  types: { quantity: 'integer', unit_price: 'number' },
  filter: [{ column: 'status', op: '=', value: 'shipped' }],
  select: ['order_id', 'ordered_at', 'customer', 'country', 'product', 'quantity', 'unit_price', 'currency'],
  rename: { ordered_at: 'date' },
};
const sampleSays = 'shipped, with numbers for texts';
const target = 'out/tour.csv';

/** Rows of a file that we know nothing of: those without their first column, usually the key, are left out. */
const anySpec = { filter: [{ column: "${default(extract.columns.0, 'none')}", op: 'not_empty' }] };

/** A chain of three steps, each on what the one before it left. */
export const etl: TourStep = {
  title: 'Chain',
  shows: 'extract, transform, load: a file goes through three tasks, row by row',
  async run(context) {
    const { client, files, file, followFlow, signal, tell } = context;
    const source = file === undefined ? sample : await bringIn(file, files);
    const format = extname(source) === '' || /\.te?xt$/.test(source) ? { format: 'csv' } : {};
    const spec = file === undefined ? sampleSpec : anySpec;
    const chain = await client.flows.chain(
      {
        name: 'Extract, transform, load',
        steps: [
          { key: 'extract', model: 'data.extractor', method: 'extract', kwargs: { source, ...format } },
          {
            key: 'transform',
            model: 'data.transformer',
            method: 'transform',
            kwargs: { file: '${extract.file}', ...spec },
          },
          { key: 'load', model: 'data.loader', method: 'load', kwargs: { file: '${transform.file}', to: target } },
        ],
      },
      { signal },
    );
    const ended = await followFlow(chain);
    expectFlowDone(ended);
    const [extracted, transformed, loaded] = await copiedBy(context, ended);

    tell(`extracted ${counted(extracted)} from ${file ?? 'the shipped sample'}`);
    tell(`transformed: ${counted(transformed)} ${file === undefined ? sampleSays : anySays(extracted)}`);
    expectTo('every row to be transformed', transformed.read === extracted.count, transformed);
    expectTo('every kept row to be loaded', loaded.count === transformed.count, loaded);
    expectTo('as many rows in the file', (await linesOf(join(files, transformed.file))) === loaded.count, loaded);
    const { size } = await stat(join(files, loaded.file));
    expectTo(`a file of ${loaded.bytes} bytes`, size === loaded.bytes, size);
    return `loaded ${counted(loaded)} into ${join(files, loaded.file)}`;
  },
};

/** What each step answered. */
async function copiedBy({ client, signal }: TourContext, { tasks }: Flow): Promise<[Copied, Copied, Copied]> {
  const results: Copied[] = [];
  for (const { id, name } of tasks) {
    const result = (await client.tasks.get(id, { signal })).result as Copied;
    const { count, read, filtered, bad } = result;
    expectTo(`${name} to account for every row`, read === count + filtered + bad, result);
    results.push(result);
  }
  return results as [Copied, Copied, Copied];
}

/** Methods read in their own folder only: the file is copied there. */
async function bringIn(file: string, files: string): Promise<string> {
  const name =
    basename(file)
      .replace(/[^\w.-]+/g, '_')
      .replace(/^\.+/, '') || 'rows.csv';
  await mkdir(join(files, 'in'), { recursive: true, mode: 0o700 });
  await copyFile(file, join(files, 'in', name));
  return `in/${name}`;
}

function counted({ count, bad }: Copied): string {
  const rows = `${count.toLocaleString('en')} ${count === 1 ? 'row' : 'rows'}`;
  return bad === 0 ? rows : `${rows} (${bad.toLocaleString('en')} bad left out)`;
}

function anySays({ columns: [first] }: Copied): string {
  return first === undefined ? 'kept' : `with a “${first}” kept`;
}

async function linesOf(path: string): Promise<number> {
  let lines = 0;
  for await (const line of createInterface({ input: createReadStream(path) })) if (line !== '') lines += 1;
  return lines;
}
