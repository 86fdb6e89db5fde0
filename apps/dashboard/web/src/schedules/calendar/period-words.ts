const day = new Intl.DateTimeFormat('en-GB', { dateStyle: 'full', timeZone: 'UTC' });
const dates = new Intl.DateTimeFormat('en-GB', { day: 'numeric', month: 'long', year: 'numeric', timeZone: 'UTC' });

const midnight = (date: string) => new Date(`${date}T00:00:00Z`);

/** `Thursday 26 November 2026`, `23–29 November 2026`. */
export function periodWords(days: readonly string[]): string {
  const [first = '', last = first] = [days[0], days.at(-1)];
  return first === last ? day.format(midnight(first)) : dates.formatRange(midnight(first), midnight(last));
}

const hourMs = 3_600_000;

/** What is unusual about a day whose clock is put: it has fewer or more hours. */
export function clockWords(lengthMs: number): string | undefined {
  const putMs = 24 * hourMs - lengthMs;
  if (putMs === 0 || lengthMs === 0) return undefined;
  const by = Math.abs(putMs) === hourMs ? 'one hour' : `${Math.abs(putMs) / 60_000} minutes`;
  const hours = `this day has ${lengthMs / hourMs} hours`;
  return putMs > 0
    ? `The clock is put forward by ${by}: ${hours}.`
    : `The clock is put back by ${by}: ${hours}, and some times come twice.`;
}
