import { limits } from '@drover/core';
import { CsvError, parse } from 'csv-parse/sync';
import { invalid } from './json-faults.ts';

/** A row by its columns, or what is wrong with it. */
export type CsvRow = { row: Record<string, string> } | { problem: string };

/**
 * Reads CSV (RFC 4180) with a header line. Fields are parted by what the header has most of: `,`, `;`, tab or `|`.
 * @throws ClusterError request_invalid
 */
export function parseCsv(text: string): CsvRow[] {
  const [header = [], ...records] = readRecords(text);
  const columns = header.map((name) => name.trim());
  const fault = headerFault(columns);
  if (fault !== undefined) throw invalid([{ pointer: '', message: fault }]);
  return records.map((record) =>
    record.length === columns.length
      ? { row: Object.fromEntries(columns.map((column, index) => [column, record[index] ?? ''])) }
      : { problem: `has ${record.length} fields instead of ${columns.length}` },
  );
}

function readRecords(text: string): string[][] {
  try {
    return parse(text, {
      bom: true,
      delimiter: delimiterOf(text),
      max_record_size: limits.rowBytes,
      record_delimiter: ['\r\n', '\n', '\r'],
      relax_column_count: true,
      skip_empty_lines: true,
    });
  } catch (error) {
    if (error instanceof CsvError) throw invalid([{ pointer: '', message: `is not CSV: ${error.message}` }]);
    throw error;
  }
}

function headerFault(columns: string[]): string | undefined {
  if (columns.length === 0) return 'is empty: expected CSV with a header line';
  if (columns.length > limits.columns) return `has ${columns.length} columns, and may have ${limits.columns}`;
  const twice = columns.find((column, index) => column !== '' && columns.indexOf(column) !== index);
  return twice === undefined ? undefined : `has the column "${twice}" twice`;
}

function delimiterOf(text: string): string {
  const header = (text.split(/\r\n|\n|\r/, 1)[0] ?? '').replaceAll(/"[^"]*"/g, '');
  const counts = [',', ';', '\t', '|'].map((mark) => ({ mark, count: header.split(mark).length - 1 }));
  return counts.reduce((best, next) => (next.count > best.count ? next : best)).mark;
}
