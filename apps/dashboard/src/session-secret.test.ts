import { mkdtemp, readdir, rm, stat } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { sessionSecretIn } from './session-secret.ts';

test("the secret of a folder stays, is the owner's only, and is the same for all that start at once", async () => {
  const parent = await mkdtemp(join(tmpdir(), 'drover-secret-'));
  const folder = join(parent, 'data');
  try {
    const secrets = await Promise.all(Array.from({ length: 8 }, () => sessionSecretIn(folder)));
    expect(new Set([...secrets, await sessionSecretIn(folder)]).size).toBe(1);
    expect(secrets[0]).toMatch(/^[0-9a-f]{64}$/);
    const files = await readdir(folder);
    expect(files).toEqual(['dashboard-session.key']);
    expect((await stat(join(folder, 'dashboard-session.key'))).mode & 0o777).toBe(0o600);
    expect((await stat(folder)).mode & 0o777).toBe(0o700);
  } finally {
    await rm(parent, { recursive: true });
  }
});
