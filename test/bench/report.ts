import { median } from './series.ts';

/** What is printed of one question. */
export type Section = { title: string; unit: string; lines: Line[]; claims: Claim[] };

/** One subject: the values of its runs. */
export type Line = { name: string; values: number[] };

/** What is aimed at, and whether it was reached. */
export type Claim = { text: string; value: number; aim?: Aim };
export type Aim = { atLeast: number } | { below: number; unit: string };

/** How much of the one's median the other's is. */
export function ratio(text: string, line: Line, to: Line, aim?: Aim): Claim {
  const value = median(line.values) / median(to.values);
  return { text, value, ...(aim === undefined ? {} : { aim }) };
}

export function print({ title, unit, lines, claims }: Section): string {
  const width = Math.max(58, ...lines.map(({ name }) => name.length)) + 2;
  const rows = lines.map(({ name, values }) => {
    const range = values.length > 1 ? `${shown(Math.min(...values))} – ${shown(Math.max(...values))}` : '';
    return `  ${name.padEnd(width)}${shown(median(values)).padStart(9)}   ${range}`.trimEnd();
  });
  const ratios = claims.map(
    ({ text, value, aim }) => `  → ${text.padEnd(width - 2)}${shown(value).padStart(9)}${verdict(value, aim)}`,
  );
  return [`${title} (${unit})`, ...rows, ...ratios].join('\n');
}

function verdict(value: number, aim: Aim | undefined): string {
  if (aim === undefined) return '';
  const isReached = 'atLeast' in aim ? value >= aim.atLeast : value < aim.below;
  const wanted = 'atLeast' in aim ? `at least ${aim.atLeast}` : `below ${aim.below} ${aim.unit}`;
  return `   aim: ${wanted}: ${isReached ? 'reached' : 'missed'}`;
}

/** Three digits that count, thousands parted by a space. */
function shown(value: number): string {
  if (!Number.isFinite(value)) return '–';
  const digits = value >= 100 ? 0 : value >= 10 ? 1 : 2;
  return value.toFixed(digits).replace(/\B(?=(\d{3})+$)/g, digits === 0 ? ' ' : '');
}
