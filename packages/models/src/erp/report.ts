import { DataError, defineModel, limits, type TaskContext } from '@drover/core';
import { stringify } from 'csv-stringify/sync';
import { z } from 'zod';
import { DataPath, DataReference, fileToWrite, writeWhole } from '../data/data-folder.ts';
import { readRows } from '../data/read-rows.ts';
import { type Row, RowProblem } from '../data/row.ts';
import { checkColumns, compileRowSpec, RowSpec, rowSpecFields, textOf } from '../data/row-spec.ts';

const Column = z.string().min(1).max(200);

const ReportKwargs = z.strictObject({
  title: z.string().max(limits.nameLength).default('Orders'),
  source: DataReference.default('sample:orders.csv').describe('CSV or NDJSON'),
  groupBy: z.array(Column).max(5).default(['currency', 'category']),
  multiply: z
    .array(Column)
    .max(5)
    .default(['quantity', 'unit_price'])
    .describe('Columns whose product is the amount of a row; none: rows are only counted'),
  filter: rowSpecFields.filter,
  to: DataPath.optional().describe('A .json or .csv file. Default: reports/{task}.json'),
});
type ReportKwargs = z.output<typeof ReportKwargs>;

type Group = { keys: string[]; count: number; amountCents: number };

/** How many groups the result shows; the file has all. */
const groupsShown = 20;

/** `report`: totals of a file of rows. Long reports have time and wait behind everything urgent. */
export const report = defineModel('report', {
  generate: {
    description: 'Sums up the rows of a file by group and writes a report',
    kwargs: ReportKwargs,
    priority: 200,
    timeoutSeconds: 7_200,
    tags: ['report'],
    async run({ kwargs }, task) {
      const { groups, rows, bad } = await collect(kwargs, task);
      const named = [...groups.values()]
        .sort((a, b) => b.amountCents - a.amountCents || b.count - a.count || compareKeys(a, b))
        .map((group) => shown(group, kwargs));
      const amounts = [...groups.values()].reduce((sum, { amountCents }) => sum + amountCents, 0);
      const total = { count: rows, ...(kwargs.multiply.length > 0 ? { amount: amounts / 100 } : {}) };
      const file = kwargs.to ?? `reports/${task.id.replace(/[^A-Za-z0-9_-]/g, '-')}.json`;
      const whole = { title: kwargs.title, source: kwargs.source, total, bad, groups: named };
      const isCsv = file.endsWith('.csv');
      const content = isCsv ? stringify(named, { header: true }) : `${JSON.stringify(whole, null, 2)}\n`;
      await writeWhole(await fileToWrite(task.dataDir, file), content);
      if (bad > 0) task.log.warn('rows did not fit', { bad });
      return {
        file,
        title: kwargs.title,
        rows,
        bad,
        total,
        groupCount: named.length,
        groups: named.slice(0, groupsShown),
      };
    },
  },
});

/** @throws DataError when a column is missing, or there are too many groups. */
async function collect(
  { source, groupBy, multiply, filter }: ReportKwargs,
  task: TaskContext,
): Promise<{ groups: Map<string, Group>; rows: number; bad: number }> {
  const types = Object.fromEntries(multiply.map((column) => [column, 'number']));
  const spec = RowSpec.parse({ types, filter });
  const apply = compileRowSpec(spec);
  const groups = new Map<string, Group>();
  let rows = 0;
  let bad = 0;
  const onHead = ({ columns }: { columns: string[] }) =>
    checkColumns({ ...spec, select: groupBy.length > 0 ? groupBy : undefined }, columns);
  for await (const read of readRows(source, task, onHead)) {
    const amountCents = 'row' in read ? addUp(read.row, apply, multiply) : 'bad';
    if (amountCents === 'bad') bad += 1;
    if (typeof amountCents !== 'number' || !('row' in read)) continue;
    rows += 1;
    count(
      groups,
      groupBy.map((column) => textOf(read.row[column] ?? null)),
      amountCents,
    );
    if (rows % 5_000 === 0) task.progress(0, `${rows} rows`);
  }
  return { groups, rows, bad };
}

/** The amount of a row in hundredths; undefined when the filter drops it. */
function addUp(row: Row, apply: (row: Row) => Row | undefined, multiply: string[]): number | 'bad' | undefined {
  try {
    const typed = apply(row);
    if (typed === undefined) return undefined;
    const factors = multiply.map((column) => typed[column]);
    if (factors.some((factor) => typeof factor !== 'number')) return 'bad';
    return Math.round((factors as number[]).reduce((product, factor) => product * factor, 1) * 100);
  } catch (error) {
    if (error instanceof RowProblem) return 'bad';
    throw error;
  }
}

function count(groups: Map<string, Group>, keys: string[], amountCents: number): void {
  const name = JSON.stringify(keys);
  const group = groups.get(name) ?? { keys, count: 0, amountCents: 0 };
  group.count += 1;
  group.amountCents += amountCents;
  groups.set(name, group);
  if (groups.size > limits.reportGroups) {
    throw new DataError(`more than ${limits.reportGroups} groups: group by columns with fewer values`);
  }
}

function shown({ keys, count: rows, amountCents }: Group, { groupBy, multiply }: ReportKwargs) {
  const named = Object.fromEntries(groupBy.map((column, index) => [column, keys[index] ?? '']));
  return { ...named, count: rows, ...(multiply.length > 0 ? { amount: amountCents / 100 } : {}) };
}

function compareKeys(a: Group, b: Group): number {
  return JSON.stringify(a.keys) < JSON.stringify(b.keys) ? -1 : 1;
}
