/** Date pickers speak `YYYY-MM-DD HH:mm:ss` in the person's own zone; the API speaks ISO 8601 in UTC. */
export function localOf(instant: string): string {
  const at = new Date(instant);
  const local = new Date(at.getTime() - at.getTimezoneOffset() * 60_000);
  return local.toISOString().slice(0, 19).replace('T', ' ');
}

/** `2026-03-01 09:30:00` here → `2026-03-01T08:30:00.000Z`. */
export function instantOf(local: string): string {
  return new Date(local.replace(' ', 'T')).toISOString();
}
