const number = new Intl.NumberFormat('en', { maximumFractionDigits: 1 });
const fineNumber = new Intl.NumberFormat('en', { maximumSignificantDigits: 2 });

/** 0.0123 → `12 ms`; 4.25 → `4.3 s`; 125 → `2 min 5 s`; 7500 → `2 h 5 min`; 200 000 → `2 d 7 h`. */
export function formatDuration(seconds: number): string {
  if (seconds < 0) return '0 s';
  if (seconds < 0.9995) return `${fineNumber.format(seconds * 1_000)} ms`;
  if (seconds < 59.95) return `${number.format(seconds)} s`;
  const whole = Math.round(seconds);
  if (whole < 3_600) return pair(whole, 60, 'min', 1, 's');
  if (whole < 86_400) return pair(whole, 3_600, 'h', 60, 'min');
  return pair(whole, 86_400, 'd', 3_600, 'h');
}

function pair(seconds: number, large: number, largeUnit: string, small: number, smallUnit: string): string {
  const first = Math.floor(seconds / large);
  const second = Math.floor((seconds % large) / small);
  return second === 0 ? `${first} ${largeUnit}` : `${first} ${largeUnit} ${second} ${smallUnit}`;
}
