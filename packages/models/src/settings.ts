import { PermanentError } from '@drover/core';

/**
 * What the built-in models read from the environment, at each call, so that a test or an author's own process may set
 * it late. `SMTP_URL` and `DATA_DIR` are the cluster's; `SMTP_FROM` and `HTTP_ALLOW_PRIVATE` are ours.
 */
export type ModelSetting = 'SMTP_URL' | 'SMTP_FROM' | 'HTTP_ALLOW_PRIVATE';

/** A setting's value; an empty one counts as unset. */
export function setting(name: ModelSetting): string | undefined {
  const value = process.env[name]?.trim();
  return value === '' ? undefined : value;
}

/** @throws PermanentError that says which setting is missing and what it looks like. */
export function requiredSetting(name: ModelSetting, example: string): string {
  const value = setting(name);
  if (value === undefined) throw new PermanentError(`the setting ${name} is missing on this worker, e.g. ${example}`);
  return value;
}
