/** What the addresses of pages may hold, beside what each page reads of its own. */

/** A text of the address, if it is one and not endless. */
export function text(value: unknown): string | undefined {
  if (typeof value === 'number') return String(value);
  return typeof value === 'string' && value !== '' && value.length <= 500 ? value : undefined;
}

/** Where to go after signing in: only ever a page of ours. */
export function ownPath(value: unknown): string | undefined {
  const path = text(value);
  return path !== undefined && /^\/(?![/\\])/.test(path) ? path : undefined;
}
