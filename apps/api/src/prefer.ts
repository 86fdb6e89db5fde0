import { limits } from '@drover/core';

/** What a caller would like (RFC 7240). What we do not know, or cannot read, is passed over, as it asks. */
export type Preferences = {
  /** How long to hold the answer for the end of the task, at most `limits.waitSeconds`. */
  waitSeconds?: number;
  respondAsync?: true;
  return?: 'minimal' | 'representation';
};

/** name, or name=value, or name="value"; parameters behind a semicolon are passed over. */
const preference = /^\s*([A-Za-z][A-Za-z-]*)\s*(?:=\s*(?:"([^"]*)"|([^\s;"]*)))?\s*(?:;.*)?$/;

export function parsePrefer(header: string | string[] | undefined): Preferences {
  const preferences: Preferences = {};
  if (header === undefined) return preferences;
  for (const part of String(header).split(',')) {
    const match = preference.exec(part);
    if (match === null) continue;
    const value = match[2] ?? match[3];
    applyPreference(preferences, (match[1] ?? '').toLowerCase(), value);
  }
  return preferences;
}

/** Given twice, the first counts (RFC 7240, section 2). */
function applyPreference(preferences: Preferences, name: string, value: string | undefined): void {
  if (name === 'respond-async') preferences.respondAsync = true;
  if (name === 'wait' && value !== undefined && /^\d{1,9}$/.test(value)) {
    preferences.waitSeconds ??= Math.min(Number(value), limits.waitSeconds);
  }
  if (name === 'return' && (value === 'minimal' || value === 'representation')) preferences.return ??= value;
}
