import { DataError, type Json, limits } from '@drover/core';
import { z } from 'zod';
import { type Row, RowProblem } from './row.ts';

const Column = z.string().min(1).max(200);
const Scalar = z.union([z.string().max(10_000), z.number(), z.boolean(), z.null()]);

/** What a column's values become. An empty text becomes null, in every type but `text`. */
export const ColumnType = z.enum(['text', 'integer', 'number', 'boolean', 'date', 'json']);
export type ColumnType = z.infer<typeof ColumnType>;

const compared = ['=', '!=', '<', '<=', '>', '>='] as const;

/** A condition on one column. Beside a number, values are compared as numbers; else as texts, by code point. */
export const Condition = z.union([
  z.strictObject({ column: Column, op: z.enum(compared), value: Scalar }),
  z.strictObject({ column: Column, op: z.enum(['in', 'not_in']), value: z.array(Scalar).max(1_000) }),
  z.strictObject({
    column: Column,
    op: z.enum(['contains', 'starts_with', 'ends_with']),
    value: z.string().max(10_000),
  }),
  z.strictObject({ column: Column, op: z.enum(['empty', 'not_empty']) }),
]);
export type Condition = z.infer<typeof Condition>;

/** What becomes of each row, in this order. Columns are named as the input names them. Never code. */
export const rowSpecFields = {
  types: z.record(Column, ColumnType).default({}).describe('Gives columns a type; what does not fit makes a bad row'),
  filter: z.array(Condition).max(100).default([]).describe('Keeps the rows that fulfil every condition'),
  select: z.array(Column).min(1).max(limits.columns).optional().describe('Keeps these columns, in this order'),
  rename: z.record(Column, Column).default({}).describe('Old name to new name'),
};
export const RowSpec = z.strictObject(rowSpecFields);
export type RowSpec = z.infer<typeof RowSpec>;

/**
 * Makes a spec a function: row in, row out, undefined when the filter drops it.
 *
 * @throws (the function) RowProblem when a value does not fit its type.
 */
export function compileRowSpec(spec: RowSpec): (row: Row) => Row | undefined {
  const types = Object.entries(spec.types);
  const conditions = spec.filter.map(compileCondition);
  const names = new Map(Object.entries(spec.rename));
  const isPlain = spec.select === undefined && names.size === 0;
  return (input) => {
    const row = types.length === 0 ? input : { ...input };
    for (const [column, type] of types) {
      if (Object.hasOwn(row, column)) row[column] = convert(row[column] ?? null, type, column);
    }
    if (!conditions.every((holds) => holds(row))) return undefined;
    if (isPlain) return row;
    const kept = spec.select ?? Object.keys(row);
    const output = Object.fromEntries(kept.map((column) => [names.get(column) ?? column, cellOf(row, column)]));
    if (Object.keys(output).length === kept.length) return output;
    throw new RowProblem('two columns would have one name');
  };
}

/**
 * Checks that the columns a spec names exist, and that no two end under one name.
 *
 * @throws DataError
 */
export function checkColumns(spec: RowSpec, columns: readonly string[]): void {
  const named = [
    ...Object.keys(spec.types),
    ...spec.filter.map(({ column }) => column),
    ...(spec.select ?? []),
    ...Object.keys(spec.rename),
  ];
  const missing = named.find((column) => !columns.includes(column));
  if (missing !== undefined) {
    throw new DataError(`there is no column "${missing}"; there are ${columns.slice(0, 50).join(', ')}`);
  }
  const names = (spec.select ?? columns).map((column) => spec.rename[column] ?? column);
  const twice = names.find((name, index) => names.indexOf(name) !== index);
  if (twice !== undefined) throw new DataError(`two columns would be called "${twice}"`);
}

function cellOf(row: Row, column: string): Json {
  return Object.hasOwn(row, column) ? (row[column] ?? null) : null;
}

function compileCondition(condition: Condition): (row: Row) => boolean {
  const { column } = condition;
  switch (condition.op) {
    case '=':
    case '!=':
    case '<':
    case '<=':
    case '>':
    case '>=': {
      const { op, value } = condition;
      return (row) => compare(cellOf(row, column), op, value);
    }
    case 'in':
    case 'not_in': {
      const { op, value: values } = condition;
      return (row) => values.some((value) => compare(cellOf(row, column), '=', value)) === (op === 'in');
    }
    case 'contains':
      return (row) => textOf(cellOf(row, column)).includes(condition.value);
    case 'starts_with':
      return (row) => textOf(cellOf(row, column)).startsWith(condition.value);
    case 'ends_with':
      return (row) => textOf(cellOf(row, column)).endsWith(condition.value);
    case 'empty':
      return (row) => textOf(cellOf(row, column)).trim() === '';
    case 'not_empty':
      return (row) => textOf(cellOf(row, column)).trim() !== '';
    default:
      return condition satisfies never;
  }
}

function compare(cell: Json, op: (typeof compared)[number], value: z.infer<typeof Scalar>): boolean {
  const [left, right] = typeof value === 'number' ? [numberOf(cell), value] : [keyOf(cell), keyOf(value)];
  switch (op) {
    case '=':
      return left === right;
    case '!=':
      return left !== right;
    case '<':
    case '<=':
    case '>':
    case '>=':
      break;
    default:
      return op satisfies never;
  }
  // What is missing, or no number, is neither more nor less.
  if (left === null || right === null || Number.isNaN(left)) return false;
  if (op === '<') return left < right;
  if (op === '<=') return left <= right;
  return op === '>' ? left > right : left >= right;
}

function numberOf(cell: Json): number {
  if (typeof cell === 'number') return cell;
  return typeof cell === 'string' && cell.trim() !== '' ? Number(cell) : Number.NaN;
}

function keyOf(value: Json): string | null {
  return value === null ? null : textOf(value);
}

/** A value as CSV holds it. */
export function textOf(value: Json): string {
  if (value === null) return '';
  return typeof value === 'object' ? JSON.stringify(value) : String(value);
}

function convert(value: Json, type: ColumnType, column: string): Json {
  if (type === 'text') return textOf(value);
  if (value === null || (typeof value === 'string' && value.trim() === '')) return null;
  const converted = type === 'json' ? parseJson(value) : convertText(textOf(value).trim(), type);
  if (converted !== undefined) return converted;
  throw new RowProblem(`"${column}" is no ${type}: ${JSON.stringify(value).slice(0, 80)}`);
}

function convertText(text: string, type: Exclude<ColumnType, 'text' | 'json'>): Json | undefined {
  switch (type) {
    case 'integer':
      return /^[+-]?\d+$/.test(text) && Number.isSafeInteger(Number(text)) ? Number(text) : undefined;
    case 'number':
      return /^[+-]?(\d+\.?\d*|\.\d+)(e[+-]?\d+)?$/i.test(text) && Number.isFinite(Number(text))
        ? Number(text)
        : undefined;
    case 'boolean':
      if (/^(true|yes|1)$/i.test(text)) return true;
      return /^(false|no|0)$/i.test(text) ? false : undefined;
    case 'date':
      return isDate(text) ? text : undefined;
    default:
      return type satisfies never;
  }
}

/** ISO 8601: a day that the calendar has, or an instant. */
function isDate(text: string): boolean {
  return z.iso.date().safeParse(text).success || z.iso.datetime({ offset: true, local: true }).safeParse(text).success;
}

function parseJson(value: Json): Json | undefined {
  if (typeof value !== 'string') return value;
  try {
    return JSON.parse(value) as Json;
  } catch {
    return undefined;
  }
}
