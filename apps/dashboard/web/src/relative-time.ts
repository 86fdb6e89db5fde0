const steps: [beyondSeconds: number, unitSeconds: number, unit: Intl.RelativeTimeFormatUnit][] = [
  [86_400 * 45, 86_400 * 30, 'month'],
  [86_400, 86_400, 'day'],
  [3_600, 3_600, 'hour'],
  [60, 60, 'minute'],
  [0, 1, 'second'],
];
const relative = new Intl.RelativeTimeFormat('en', { numeric: 'always', style: 'short' });
const absolute = new Intl.DateTimeFormat('en-GB', { dateStyle: 'medium', timeStyle: 'medium' });

/** `3 min. ago`, `in 5 hr.`; `now` for the second that runs. */
export function formatRelative(atMs: number, fromMs: number): string {
  const seconds = (atMs - fromMs) / 1_000;
  const distance = Math.abs(seconds);
  if (distance < 1.5) return 'now';
  const [, unitSeconds, unit] = steps.find(([beyond]) => distance >= beyond) ?? [0, 1, 'second' as const];
  return relative.format(Math.trunc(seconds / unitSeconds), unit);
}

export function formatAbsolute(at: string): string {
  return absolute.format(new Date(at));
}
