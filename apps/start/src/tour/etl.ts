import { createReadStream } from 'node:fs';
import { copyFile, mkdir, stat } from 'node:fs/promises';
import { basename, extname, join } from 'node:path';
import { createInterface } from 'node:readline';
import type { Json, Task, TaskRequestInput } from '@drover/core';
import { expectDone, expectTo, type TourContext, type TourStep } from './tour.ts';

/** What each of the three methods answers. */
type Copied = { file: string; count: number; read: number; filtered: number; bad: number; bytes: number };

type Spec = { kwargs: Record<string, Json>; says: string };

const sample = 'sample:orders.csv';
const sampleSpec: Spec = {
  kwargs: {
    types: { quantity: 'integer', unit_price: 'number' },
    filter: [{ column: 'status', op: '=', value: 'shipped' }],
    select: ['order_id', 'ordered_at', 'customer', 'country', 'product', 'quantity', 'unit_price', 'currency'],
    rename: { ordered_at: 'date' },
  },
  says: 'shipped, with numbers for texts',
};
const target = 'out/tour.csv';

/** Three steps, each on what the one before it left. */
export const etl: TourStep = {
  title: 'Extract, transform, load',
  shows: 'a file goes through three tasks, row by row',
  async run(context) {
    const { files, file, tell } = context;
    const source = file === undefined ? sample : await bringIn(file, files);
    const kwargs = { source, ...(extname(source) === '' || /\.te?xt$/.test(source) ? { format: 'csv' } : {}) };
    const extracted = await copied(context, { model: 'data.extractor', method: 'extract', kwargs });
    tell(`extracted ${counted(extracted)} from ${file ?? 'the shipped sample'}`);

    const spec = file === undefined ? sampleSpec : await anySpec(join(files, extracted.file));
    const transformed = await copied(context, {
      model: 'data.transformer',
      method: 'transform',
      kwargs: { file: extracted.file, ...spec.kwargs },
    });
    tell(`transformed: ${counted(transformed)} ${spec.says}`);
    expectTo('every row to be transformed', transformed.read === extracted.count, transformed);

    const loaded = await copied(context, {
      model: 'data.loader',
      method: 'load',
      kwargs: { file: transformed.file, to: target },
    });
    expectTo('every kept row to be loaded', loaded.count === transformed.count, loaded);
    expectTo('as many rows in the file', (await linesOf(join(files, transformed.file))) === loaded.count, loaded);
    const { size } = await stat(join(files, loaded.file));
    expectTo(`a file of ${loaded.bytes} bytes`, size === loaded.bytes, size);
    return `loaded ${counted(loaded)} into ${join(files, loaded.file)}`;
  },
};

async function copied({ client, follow, signal }: TourContext, request: TaskRequestInput): Promise<Copied> {
  const ended: Task = await follow(await client.tasks.enqueue(request, { signal }));
  expectDone(ended);
  const result = ended.result as Copied;
  const { count, read, filtered, bad } = result;
  expectTo(`${ended.name} to account for every row`, read === count + filtered + bad, result);
  return result;
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

/** A file that we know nothing of: rows without their first column, usually the key, are left out. */
async function anySpec(path: string): Promise<Spec> {
  for await (const line of createInterface({ input: createReadStream(path) })) {
    const [first] = Object.keys(JSON.parse(line) as Record<string, unknown>);
    if (first === undefined) break;
    return { kwargs: { filter: [{ column: first, op: 'not_empty' }] }, says: `with a “${first}” kept` };
  }
  return { kwargs: {}, says: 'kept' };
}

async function linesOf(path: string): Promise<number> {
  let lines = 0;
  for await (const line of createInterface({ input: createReadStream(path) })) if (line !== '') lines += 1;
  return lines;
}
