import type { Json } from '@drover/core';
import { z } from 'zod';

/** One row: column → value. Values from CSV are texts until a spec gives them types. */
export type Row = Record<string, Json>;

export const RowFormat = z.enum(['csv', 'ndjson']);
export type RowFormat = z.infer<typeof RowFormat>;

/** What a reader found at one place of its input. */
export type RowRead = {
  /** Where the row ends: reading may go on here. */
  endByte: number;
  /** Counted from 1. */
  line: number;
} & ({ row: Row } | { problem: string });

/** Why a row does not fit. It is counted and shown; it fails the task only where the caller says so. */
export class RowProblem extends Error {
  override readonly name = 'RowProblem';
}

/** The format that a file's name tells: .csv, .tsv and .txt, or .ndjson and .jsonl. */
export function formatOf(name: string): RowFormat | undefined {
  if (/\.(csv|tsv|txt)$/i.test(name)) return 'csv';
  return /\.(ndjson|jsonl)$/i.test(name) ? 'ndjson' : undefined;
}
