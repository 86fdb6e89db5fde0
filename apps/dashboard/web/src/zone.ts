/** The browser's zone; UTC where it has none by name. */
export function ownZone(): string {
  const { timeZone } = new Intl.DateTimeFormat().resolvedOptions();
  return timeZone !== undefined && /^[A-Za-z_]+(\/[A-Za-z0-9_+-]+)+$/.test(timeZone) ? timeZone : 'UTC';
}

/** Whether the browser knows it. */
export function isZone(name: string): boolean {
  try {
    return new Intl.DateTimeFormat('en', { timeZone: name }) !== undefined;
  } catch {
    return false;
  }
}
