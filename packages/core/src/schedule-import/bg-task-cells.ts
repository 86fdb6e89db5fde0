import type { z } from 'zod';
import type { Fault } from '../cluster-error.ts';
import type { Json } from '../json.ts';
import { limits } from '../limits.ts';
import { Instant } from '../names.ts';
import { LiteralError, readLiteral } from './python-literal.ts';

/** What a field of ours is called over there: the first of them that a row has counts. */
const columnsOf = {
  name: ['name'],
  description: ['description', 'note'],
  model: ['model', 'model_name'],
  method: ['method', 'function'],
  args: ['args'],
  kwargs: ['kwargs'],
  dateRun: ['date_run', 'nextcall'],
  repeat: ['repeat', 'interval_type'],
  interval: ['repeat_interval', 'interval_number'],
  cron: ['cron', 'cron_expression'],
  numberCall: ['numbercall'],
  doAll: ['doall'],
  priority: ['priority'],
  state: ['state'],
  user: ['user', 'user_id'],
  company: ['company', 'company_id'],
  maxRetries: ['max_retries'],
  timeout: ['timeout'],
  active: ['active'],
} as const;
export type BgTaskField = keyof typeof columnsOf;

const known: ReadonlySet<string> = new Set(Object.values(columnsOf).flat());
/** The old system's own book-keeping. */
const bookKeeping = new Set(['id', 'create_uid', 'create_date', 'write_uid', 'write_date', '__last_update']);

export function unknownColumns(rows: readonly unknown[]): string[] {
  const names = new Set(rows.flatMap((row) => (isRow(row) ? Object.keys(row) : [])));
  return [...names].filter((name) => !known.has(name) && !bookKeeping.has(name));
}

export function isRow(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

/**
 * The cells of one row, read as what they are to be. What cannot be read is a fault that names the column; the value is
 * undefined then, as it is for an empty cell.
 */
export class Cells {
  readonly faults: Fault[] = [];
  readonly #row: Record<string, unknown>;

  constructor(row: Record<string, unknown>) {
    this.#row = row;
  }

  text(field: BgTaskField): string | undefined {
    const value = this.#value(field);
    // A reference to another record comes as its id and its name.
    const [id, name] = Array.isArray(value) ? value : [value];
    const text = name ?? id;
    if (typeof text === 'string' || typeof text === 'number') return String(text).trim();
    if (text !== undefined) this.fault(field, 'must be a text');
    return undefined;
  }

  /** A text that a schema takes. */
  named<T extends string>(field: BgTaskField, schema: z.ZodType<T>): T | undefined {
    const text = this.text(field);
    if (text === undefined) return undefined;
    const parsed = schema.safeParse(text);
    if (parsed.success) return parsed.data;
    this.fault(field, `${parsed.error.issues[0]?.message ?? 'is not valid'}, got ${shown(text)}`);
    return undefined;
  }

  whole(field: BgTaskField, min: number, max: number): number | undefined {
    const value = this.#value(field);
    if (value === undefined) return undefined;
    const number = typeof value === 'string' && /^\s*[+-]?\d+(?:\.0+)?\s*$/.test(value) ? Number(value) : value;
    if (Number.isInteger(number) && (number as number) >= min && (number as number) <= max) return number as number;
    this.fault(field, `must be a whole number from ${min} to ${max}, got ${shown(value)}`);
    return undefined;
  }

  flag(field: BgTaskField): boolean | undefined {
    const value = this.#cell(field);
    if (value === undefined || value === null || value === '') return undefined;
    const text = String(value).trim().toLowerCase();
    if (['true', 't', '1', 'yes', 'y'].includes(text)) return true;
    if (['false', 'f', '0', 'no', 'n'].includes(text)) return false;
    this.fault(field, `must be true or false, got ${shown(value)}`);
    return undefined;
  }

  /** `YYYY-MM-DD HH:MM:SS` in UTC, as Unix ms in whole seconds. */
  instant(field: BgTaskField): number | undefined {
    const text = this.text(field);
    if (text === undefined) return undefined;
    const [, date, time = '00:00', seconds = ':00', offset = 'Z'] =
      /^(\d{4}-\d{2}-\d{2})(?:[ T](\d{2}:\d{2})(:\d{2})?(?:\.\d+)?\s*(Z|[+-]\d{2}:\d{2})?)?$/.exec(text) ?? [];
    const iso = `${date}T${time}${seconds}${offset}`;
    if (Instant.safeParse(iso).success) return Date.parse(iso);
    this.fault(field, `must be a time in UTC, YYYY-MM-DD HH:MM:SS, got ${shown(text)}`);
    return undefined;
  }

  list(field: BgTaskField): Json[] | undefined {
    const value = this.#literal(field);
    if (value === undefined || value === null || Array.isArray(value)) return value ?? undefined;
    this.fault(field, `must be a list or a tuple, got ${shown(value)}`);
    return undefined;
  }

  dict(field: BgTaskField): Record<string, Json> | undefined {
    const value = this.#literal(field);
    if (value === undefined || value === null || isRow(value)) return (value ?? undefined) as Record<string, Json>;
    this.fault(field, `must be a dict, got ${shown(value)}`);
    return undefined;
  }

  /** The first one of a cell counts. */
  fault(field: BgTaskField, message: string): void {
    const pointer = `/${this.#column(field)}`;
    if (!this.faults.some((fault) => fault.pointer === pointer)) this.faults.push({ pointer, message });
  }

  #literal(field: BgTaskField): Json | undefined {
    const value = this.#value(field);
    if (typeof value !== 'string') {
      const message = faultIn(value, 0);
      if (message === undefined) return value as Json | undefined;
      this.fault(field, message);
      return undefined;
    }
    try {
      return readLiteral(value);
    } catch (error) {
      if (!(error instanceof LiteralError)) throw error;
      this.fault(field, `is neither JSON nor a Python literal, ${error.message}`);
      return undefined;
    }
  }

  #column(field: BgTaskField): string {
    const names: readonly string[] = columnsOf[field];
    return names.find((name) => Object.hasOwn(this.#row, name)) ?? (names[0] as string);
  }

  #cell(field: BgTaskField): unknown {
    const column = this.#column(field);
    return Object.hasOwn(this.#row, column) ? this.#row[column] : undefined;
  }

  /** Undefined: the cell is empty, which the old system also writes as false. */
  #value(field: BgTaskField): unknown {
    const value = this.#cell(field);
    const isEmpty = value === null || value === false || (typeof value === 'string' && value.trim() === '');
    return isEmpty ? undefined : value;
  }
}

function faultIn(value: unknown, depth: number): string | undefined {
  if (typeof value === 'number') {
    const isRounded = Number.isInteger(value) && !Number.isSafeInteger(value);
    return isRounded ? 'holds a number that would be rounded: make it a text' : undefined;
  }
  if (typeof value !== 'object' || value === null) return undefined;
  if (depth >= limits.argsDepth) return `is nested deeper than ${limits.argsDepth} levels`;
  for (const part of Object.values(value)) {
    const message = faultIn(part, depth + 1);
    if (message !== undefined) return message;
  }
  return undefined;
}

/** A value as it came, short enough to be answered. */
export function shown(value: unknown): string {
  const text = JSON.stringify(value) ?? String(value);
  return text.length > 100 ? `${text.slice(0, 100)}…` : text;
}
