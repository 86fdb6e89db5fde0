const fine = new Intl.NumberFormat('en', { maximumFractionDigits: 1 });

/** A part of a whole: `12.3 %`, `< 0.1 %`, `0 %`; `–` where there is no whole. */
export function formatShare(part: number, whole: number): string {
  if (whole === 0) return '–';
  const percent = (100 * part) / whole;
  if (percent > 0 && percent < 0.1) return '< 0.1 %';
  // Short of everything is never everything.
  if (percent < 100 && percent > 99.9) return '> 99.9 %';
  return `${fine.format(percent)} %`;
}
