import { randomUUID } from 'node:crypto';
import { readFile, rename, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { z } from 'zod';

/** What `state.json` beside the server's files says of it: for its owner's eyes only. */
const ServerState = z.object({
  port: z.int().min(1).max(65_535),
  password: z.string().regex(/^[\w-]{16,128}$/),
  /** Missing while the process is about to be started. */
  pid: z.int().min(1).optional(),
  /** Tells the process from a later one with its number. */
  identity: z.string().optional(),
});
export type ServerState = z.infer<typeof ServerState>;

/** Undefined when there is none, or what is there cannot be read: then there is nothing to go by. */
export async function readState(folder: string): Promise<ServerState | undefined> {
  try {
    return ServerState.parse(JSON.parse(await readFile(join(folder, 'state.json'), 'utf8')));
  } catch {
    return undefined;
  }
}

export async function writeState(folder: string, state: { [Key in keyof ServerState]: ServerState[Key] | undefined }) {
  const draft = join(folder, `state.${randomUUID()}`);
  try {
    await writeFile(draft, `${JSON.stringify(state)}\n`, { mode: 0o600 });
    await rename(draft, join(folder, 'state.json'));
  } finally {
    await rm(draft, { force: true });
  }
}
