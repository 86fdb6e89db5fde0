/** `<input type="datetime-local">` speaks `YYYY-MM-DDTHH:mm:ss` in the person's own zone; the API ISO 8601 in UTC. */
export function localOf(instant: string): string {
  const at = new Date(instant);
  const local = new Date(at.getTime() - at.getTimezoneOffset() * 60_000);
  return local.toISOString().slice(0, 19);
}

/** `2026-03-01T09:30:00` here → `2026-03-01T08:30:00.000Z`. */
export function instantOf(local: string): string {
  return new Date(local).toISOString();
}
